from wsdoctor.inspectors._expansion import expand, is_open


def test_references_are_replaced_and_unknown_ones_stay() -> None:
    known = {"A": "1", "EMPTY": ""}.get
    assert expand("a$A/${A}/$$A/${B:-x${A}}/${EMPTY:-e}/${EMPTY-f}/${B-g}", known) == "a1/1/$A/x1/e//g"
    assert expand("${B}/$B/${A:+yes}/${B:+no}/${B:?gone}/${B:=set}", known) == "${B}/$B/yes//${B:?gone}/set"
    assert expand("${unclosed and $ 5 ${1}", known) == "${unclosed and $ 5 ${1}"
    assert expand("{{ .Values.port }}", known) == "{{ .Values.port }}"
    assert is_open("{{ .Values.port }}")
    assert is_open("http://$HOST")
    assert not is_open("a $5")
    nested = "${X:-" * 40 + "y" + "}" * 40
    assert expand(nested, known).endswith("}")
