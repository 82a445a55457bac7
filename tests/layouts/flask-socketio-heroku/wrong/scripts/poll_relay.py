import time

import requests

RELAY = "http://localhost:6789"

while True:
    state = requests.get(f"{RELAY}/status", timeout=5)
    print(state.status_code)
    time.sleep(60)
