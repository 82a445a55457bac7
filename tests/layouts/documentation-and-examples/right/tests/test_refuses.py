import urllib.request


def test_refuses_http(server):
    try:
        urllib.request.urlopen("http://localhost:6500/")
    except urllib.error.HTTPError as error:
        assert error.code == 426
