from fastapi import FastAPI, WebSocket
from fastapi.middleware.cors import CORSMiddleware

from app.routers import rooms

app = FastAPI(title="Planning poker")
app.add_middleware(CORSMiddleware, allow_origins=["http://localhost:5173"], allow_methods=["*"])
app.include_router(rooms.router, prefix="/api")


@app.get("/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}


@app.websocket("/ws/{room}")
async def table(websocket: WebSocket, room: str) -> None:
    await websocket.accept()
    while True:
        await websocket.send_text(await websocket.receive_text())
