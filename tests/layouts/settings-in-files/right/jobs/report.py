import requests
from settings import base_url

def run():
    users = requests.get(base_url("web") + "/users", timeout=5).json()
    online = requests.get(base_url("web") + "/online", timeout=5).json()
    return users, online
