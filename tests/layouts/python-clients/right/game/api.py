import uvicorn
from fastapi import FastAPI

from .settings import settings

app = FastAPI()


@app.get("/scores")
def scores() -> list[int]:
    return []


if __name__ == "__main__":
    uvicorn.run(app, host="0.0.0.0", port=settings.api_port)
