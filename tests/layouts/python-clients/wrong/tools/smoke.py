"""Says whether the game runs."""

import urllib.request



for port in (8200, 8201):
    url = f"http://localhost:{port}/"
    print(urllib.request.urlopen(url).status)
