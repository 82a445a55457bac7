import urllib.error
import urllib.request

import pytest

from wsdoctor.demo.ports import free_port
from wsdoctor.demo.web_server import page, web_server


def test_one_page_is_served_whose_script_connects_to_the_websocket_port(capsys: pytest.CaptureFixture[str]) -> None:
    port = free_port()
    with web_server(port, 8765):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
            assert answer.read() == page(8765)
            assert answer.headers["Content-Type"].startswith("text/html")
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/other", timeout=5)
    assert b"8765" in page(8765)
    assert capsys.readouterr().err == ""
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5)
