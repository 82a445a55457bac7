import io

import pytest

from wsdoctor import readers
from wsdoctor.errors import InvalidInput


def test_the_folder_is_the_registry() -> None:
    assert {"evidence", "raw-request"} <= set(readers.names())
    assert readers.load("raw-request").NAME == "raw-request"


@pytest.mark.parametrize(
    ("data", "message"),
    [(b"", "empty.txt: the input is empty"), (b"hello world\n", "empty.txt:1: no reader knows this format")],
)
def test_what_no_reader_knows_is_said(data: bytes, message: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        list(readers.read(io.BufferedReader(io.BytesIO(data)), "empty.txt"))
    assert str(caught.value).startswith(message)
