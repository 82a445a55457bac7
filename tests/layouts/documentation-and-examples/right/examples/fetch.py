import requests

requests.get("http://localhost:6500/")
