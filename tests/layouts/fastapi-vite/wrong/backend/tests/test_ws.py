import subprocess
import threading

import requests
from fastapi.testclient import TestClient
from websockets.sync.server import serve

from app.main import app


def test_socket():
    with TestClient(app).websocket_connect("/ws/red") as ws:
        ws.send_text("3")
        assert ws.receive_text() == "3"


def test_refuses_plain_http():
    with serve(lambda ws: None, "localhost", 8001) as server:
        threading.Thread(target=server.serve_forever).start()
        assert requests.get("http://localhost:8001/").status_code == 426
