"""Says whether the game runs."""

import socket
import urllib.request

with socket.create_connection(("localhost", 8201), timeout=2):
    print("socket is open")
print(urllib.request.urlopen("http://localhost:8200/scores").status)
