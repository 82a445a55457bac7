import math

import pytest

from wsdoctor.demo.nginx import Proxies
from wsdoctor.demo.strays import cast
from wsdoctor.model.finding import CLASSES


@pytest.mark.parametrize("browser", [True, False])
def test_each_stray_knocks_from_an_address_of_its_own(browser: bool) -> None:
    strays = cast(8080, 5000, Proxies(), browser=browser)
    by_themselves = [stray.address for stray in strays if stray.every < math.inf]
    assert len(set(by_themselves)) == len(by_themselves)
    assert all(stray.classes <= set(CLASSES) for stray in strays)
    assert len(strays) == 17


def test_without_curl_and_wget_their_bytes_are_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    names = [stray.name for stray in cast(8080, 5000, None, browser=False)]
    assert {"the bytes of curl", "the bytes of wget --spider"} <= set(names)
    assert not any("nginx" in name for name in names)
