from tests.cli.test_main import run


def test_without_a_rule_all_are_listed() -> None:
    done = run("explain")
    assert done.returncode == 0
    assert "kubernetes-probe" in done.stdout
    assert "proxy-strips-upgrade" in done.stdout


def test_the_page_of_a_rule() -> None:
    done = run("explain", "kubernetes-probe")
    assert done.returncode == 0
    assert "tcpSocket" in done.stdout


def test_the_page_as_markdown() -> None:
    assert run("explain", "kubernetes-probe", "--format", "markdown").stdout.startswith("# ")


def test_a_misspelt_rule_is_met_with_a_hint() -> None:
    done = run("explain", "kubernets-probe")
    assert done.returncode == 2
    assert "did you mean kubernetes-probe" in done.stderr


def test_a_rule_that_never_was() -> None:
    assert "`wsdoctor explain` lists them" in run("explain", "xyzzy").stderr
