from fastapi import FastAPI

app = FastAPI()


@app.get("/api/ready")
def ready():
    return {"ready": True}
