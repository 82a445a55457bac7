import signal

import pytest

from wsdoctor.syntax import javascript
from wsdoctor.syntax._parsing import tree_of

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


def test_whatever_ends_the_parsing_the_parser_is_made_ready_again() -> None:
    class Parser:
        ready = False

        def parse(self, *_: object, **__: object) -> None:
            raise ValueError("no")

        def reset(self) -> None:
            self.ready = True

    parser = Parser()
    with pytest.raises(ValueError, match="no"):
        tree_of(parser, b"a")  # type: ignore[arg-type]
    assert parser.ready
