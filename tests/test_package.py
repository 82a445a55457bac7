from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import wsdoctor

SOURCE = str(Path(wsdoctor.__file__).resolve().parent.parent)


def python(code: str) -> str:
    program = f"import sys; sys.path.insert(0, {SOURCE!r}); {code}"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=True)
    return done.stdout


def test_importing_the_package_loads_next_to_nothing() -> None:
    loaded = python(
        "before = set(sys.modules); import wsdoctor; print(sorted(n for n in set(sys.modules) - before if '.' in n))"
    )
    assert "asyncio" not in loaded
    assert "wsdoctor." not in loaded


def test_the_guard_needs_the_standard_library_alone() -> None:
    assert python("import wsdoctor; i = wsdoctor.install(); i.uninstall(); print('rich' in sys.modules)") == "False\n"


def test_every_public_name_is_there() -> None:
    assert set(wsdoctor.__all__) <= set(dir(wsdoctor))
    for name in wsdoctor.__all__:
        assert getattr(wsdoctor, name).__name__ == name
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = wsdoctor.nothing


def test_diagnose_takes_first_bytes_and_facts() -> None:
    diagnosis = wsdoctor.diagnose(head=b"GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: kube-probe/1.31\r\n\r\n")
    assert diagnosis.primary is not None
    assert diagnosis.primary.cls == "health-check"


def test_diagnose_takes_evidence() -> None:
    assert wsdoctor.diagnose(wsdoctor.Evidence(first_bytes=b"", speaks="nothing", outcome="closed-by-client")).findings
