from wsdoctor.errors import InvalidInput, ListenFailed, NotEnabled, SyntaxProblem, WsdoctorError


def test_words_name_what_and_where() -> None:
    assert str(InvalidInput("not JSON", "a.jsonl", 3)) == "a.jsonl:3: not JSON"
    assert str(InvalidInput("no such format", "--format x")) == "--format x: no such format"
    assert str(SyntaxProblem("a brace is missing", 3, 7)) == "line 3, column 7: a brace is missing"
    assert str(NotEnabled("the demo", "demo")).endswith("pip install 'wsdoctor[demo]'")
    assert str(ListenFailed("127.0.0.1:80", "denied")) == "cannot listen on 127.0.0.1:80: denied"
    assert str(ListenFailed("127.0.0.1:80", "in use", "nginx (pid 7)")).endswith("; it is held by nginx (pid 7)")


def test_one_tree() -> None:
    assert all(issubclass(error, WsdoctorError) for error in (InvalidInput, ListenFailed, NotEnabled, SyntaxProblem))
