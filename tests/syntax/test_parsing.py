import signal

import pytest

from wsdoctor.syntax import javascript

SLOW = "export default " + "/*" * 100_000 + "\nwait\nwebServer\nhttp \n"


class Late(BaseException):
    pass


def test_parsing_can_be_ended_and_the_parser_goes_on_afterwards() -> None:
    def late(*_: object) -> None:
        raise Late

    before = signal.signal(signal.SIGVTALRM, late)
    signal.setitimer(signal.ITIMER_VIRTUAL, 0.2)
    try:
        with pytest.raises(Late):
            javascript.parse(SLOW)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    assert javascript.parse("a = 1").root.type == "program"


def test_a_source_of_several_chunks_is_read_whole() -> None:
    text = "let a = 'é';\n" * 20_000
    assert len(javascript.parse(text).root.named_children) == 20_000
