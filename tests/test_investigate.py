from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.declared_factories import caller, declared, hop, listener, location, port_map, sample_inspection
from tests.factories import evidence, finding, group
from wsdoctor import investigate as jobs
from wsdoctor.errors import InvalidInput
from wsdoctor.investigate import inspect, investigate
from wsdoctor.judging import judgements
from wsdoctor.model.inspection import Inspection, Investigation
from wsdoctor.model.report import Group
from wsdoctor.model.rule import request
from wsdoctor.platforms import Runtime
from wsdoctor.rules import load_rules

SERVER = """import asyncio
from websockets.asyncio.server import serve


async def echo(connection):
    async for message in connection:
        await connection.send(message)


async def main():
    async with serve(echo, "0.0.0.0", 8765) as server:
        await server.serve_forever()


asyncio.run(main())
"""
DOCKERFILE = """FROM python:3.12
COPY server.py .
# a check that somebody copied
HEALTHCHECK --interval=30s CMD curl -f http://admin:hunter2@localhost:8765/health || exit 1
CMD ["python", "server.py"]
"""
RULES = load_rules()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "server.py").write_text(SERVER)
    (tmp_path / "Dockerfile").write_text(DOCKERFILE)
    return tmp_path


def inspected(folder: Path) -> Inspection:
    return inspect(str(folder), RULES, cached=False)


def test_a_check_of_the_socket_is_found_with_its_line(folder: Path) -> None:
    inspection = inspected(folder)
    (found,) = inspection.findings
    assert (found.location.file, found.location.line, found.cls, found.port) == ("Dockerfile", 4, "health-check", 8765)
    assert inspection.files == 2
    assert inspection.root == str(folder)
    assert [(each.port, each.speaks) for each in inspection.declared.listeners] == [(8765, "websocket")]


def test_a_finding_carries_the_lines_around_it_without_secrets(folder: Path) -> None:
    (found,) = inspected(folder).findings
    assert [number for number, _ in found.excerpt] == [2, 3, 4, 5, 6][: len(found.excerpt)]
    assert found.excerpt[0] == (2, "COPY server.py .")
    assert "hunter2" not in "".join(line for _, line in found.excerpt)


def test_a_long_construct_is_cut(folder: Path) -> None:
    steps = " \\\n".join(["HEALTHCHECK --interval=30s CMD true", *["  && true"] * 40])
    end = "  && curl -f http://localhost:8765/health"
    (folder / "Dockerfile").write_text(f"FROM python:3.12\n{steps} \\\n{end}\n")
    for found in inspected(folder).findings:
        assert len(found.excerpt) <= jobs.EXCERPT + 1


def test_a_comment_with_a_reason_keeps_it_quiet(folder: Path) -> None:
    quiet = DOCKERFILE.replace(
        "# a check that somebody copied", "# wsdoctor: ignore container-health-check -- the proxy in front answers it"
    )
    (folder / "Dockerfile").write_text(quiet)
    inspection = inspected(folder)
    assert inspection.findings == ()
    assert [each.rule for each in inspection.suppressed] == ["container-health-check"]


def test_a_comment_without_a_reason_is_noted_and_keeps_nothing_quiet(folder: Path) -> None:
    (folder / "Dockerfile").write_text(
        DOCKERFILE.replace("# a check that somebody copied", "# wsdoctor: ignore container-health-check")
    )
    inspection = inspected(folder)
    assert len(inspection.findings) == 1
    assert [(each.location.line, "gives no reason" in each.text) for each in inspection.declared.notes] == [(3, True)]


def test_a_clean_folder_and_one_that_is_not_there(folder: Path) -> None:
    (folder / "Dockerfile").unlink()
    assert inspected(folder).findings == ()
    with pytest.raises(InvalidInput):
        inspected(folder / "nowhere")


def test_a_kept_result_is_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    first, second = inspect(str(folder), RULES), inspect(str(folder), RULES)
    assert first == second == inspected(folder)


def stray(cls: str = "health-check", path: str = "/healthz", agent: str = "kube-probe/1.31", **fields) -> Group:
    head = request(f"GET {path} HTTP/1.1", "Host: a", f"User-Agent: {agent}")
    rule = fields.pop("rule", "kubernetes-probe")
    return group(
        findings=(finding(rule, cls, title=f"Title of {rule}"),), sample=evidence(head, listener_port=8080), **fields
    )


def joined(*groups: Group, **fields) -> Investigation:
    traffic = declared(listener(), listener(5000, speaks="http"), port_map(public=True), hop(), caller(), caller(
        port=5000, product="requests", kind="client-code", location=location("poll.py", 4)))  # fmt: skip
    facts = {"declared": traffic} | fields
    facts["judgements"] = judgements(facts["declared"], RULES)
    return investigate(sample_inspection(**facts), groups)


def test_a_stray_is_explained_by_its_line_with_the_remedy_and_patch_of_the_finding() -> None:
    (one,) = joined(stray(period=10.0)).explanations
    assert (one.rule, one.cls, one.locations[0].file, one.locations[0].line) == (
        "kubernetes-probe",
        "health-check",
        "deploy/k8s.yaml",
        41,
    )
    assert one.cause == (
        "deploy/k8s.yaml:41 sends it: port 8080, class health-check, path /healthz, method GET, "
        "User-Agent kube-probe/, every 10 s"
    )
    assert one.remedy == sample_inspection().findings[1].remedy
    assert one.patch is not None
    assert one.patch.startswith("--- a/deploy/k8s.yaml")


def test_every_part_of_a_caller_is_named_once() -> None:
    probe = caller(also=(location("values.yaml", 3), location("deploy/k8s.yaml", 41, text="httpGet:", column=11)))
    (one,) = joined(stray(), declared=declared(listener(), probe)).explanations
    assert [(each.file, each.line) for each in one.locations] == [("deploy/k8s.yaml", 41), ("values.yaml", 3)]


def test_what_calls_a_port_on_which_only_the_evidence_knows_a_listener() -> None:
    (one,) = joined(stray(), declared=declared(caller())).explanations
    assert (one.rule, one.cls, one.locations[0].file, one.patch) == (
        "kubernetes-probe", "health-check", "deploy/k8s.yaml", None,
    )  # fmt: skip
    assert joined(stray(), declared=declared(caller(port=9000))).explanations == ()
    unknown = group(
        findings=(finding("kubernetes-probe", "health-check"),), sample=evidence(stray().sample.first_bytes)
    )
    assert joined(unknown, declared=declared(caller())).explanations == ()


def test_a_harmless_caller_leaves_the_observation_its_own_remedy() -> None:
    check = caller(expects=(426,))
    (one,) = joined(stray(), declared=declared(listener(), check), findings=()).explanations
    assert (one.rule, one.remedy) == ("kubernetes-probe", finding().remedy)
    assert one.patch is None


def test_the_most_attempts_come_first() -> None:
    check = caller(path="/ready", location=location("deploy/k8s.yaml", 50))
    few, many = stray(attempts=20), stray(path="/ready", attempts=400)
    found = joined(few, many, declared=declared(listener(), caller(), check)).explanations
    assert [each.attempts for each in found] == [400, 20]


def test_kinds_that_the_same_line_sends_for_the_same_reason_are_one_explanation() -> None:
    kinds = (stray(attempts=20, evidence=(3, 9)), stray(attempts=400, evidence=(1, 5)))
    whole = joined(*kinds)
    (one,) = whole.explanations
    assert (one.attempts, [group.attempts for group in one.groups]) == (420, [400, 20])
    assert whole.chapters[0].answer == "420 attempts of 2 kinds."
    assert whole.chapters[0].looked_at == ("420 \u00d7 Title of kubernetes-probe",)
    assert whole.verdict.startswith("420 attempts from 1 place of this project")


def test_good_handshakes_are_nobody_s_stray() -> None:
    assert joined(group(findings=())).explanations == ()
    assert joined(group(findings=())).unexplained == ()


def test_what_comes_from_outside_and_what_waits() -> None:
    found = joined(stray(period=10.0), stray("scanner", "/.env", rule="exploit-path"))
    assert [each.diagnosis.primary.rule for each in found.unexplained if each.diagnosis.primary] == ["exploit-path"]
    assert [each.rule for each in found.latent] == ["public-port-ends-at-websocket-port", "nginx-drops-upgrade"]


@pytest.mark.parametrize(
    ("groups", "fields", "verdict"),
    [
        ((), {}, "No stray was observed, 3 places wait to send some."),
        ((), {"findings": sample_inspection().findings[:1]}, "No stray was observed, 1 place waits to send some."),
        ((), {"findings": ()}, "No stray was observed."),
        (
            (stray(attempts=1), stray("scanner", attempts=31)),
            {},
            "1 attempt from 1 place of this project, 31 from outside; 2 places wait to send more.",
        ),
    ],
)
def test_the_verdict(groups: tuple[Group, ...], fields: dict[str, object], verdict: str) -> None:
    assert joined(*groups, **fields).verdict == verdict


def test_five_questions_are_answered_from_what_was_looked_at() -> None:
    found = joined(stray(), stray("browser-navigation", "/x", "Mozilla/5.0", rule="preview-pane-opened-port"))
    requests, forwarding, clients, checks, platform = found.chapters
    assert requests.question == "Who sends the failed requests?"
    assert requests.answer == "240 attempts of 2 kinds."
    assert "120 \u00d7 Title of kubernetes-probe" in requests.looked_at
    assert forwarding.looked_at == ("nginx deploy/nginx.conf:12",)
    assert "deploy/nginx.conf:12 will: nginx hands /ws/ on" in forwarding.answer
    assert clients.answer == "Nothing of the kind was found."
    assert clients.looked_at == ("requests poll.py:4",)
    assert checks.answer == "deploy/k8s.yaml:41 sends 120 attempts."
    assert checks.looked_at == ("kubernetes deploy/k8s.yaml:41",)
    assert platform.looked_at == ("replit 80 to 8080, .replit:7",)
    assert platform.answer.startswith("replit publishes 8080 as 80")


def test_the_platform_that_this_runs_on_is_said_with_what_told_it() -> None:
    here = Runtime("render", "Render", ("RENDER", "RENDER_SERVICE_ID"))
    one = stray()
    kinds = [replace(one, sample=one.sample._replace(platform=name)) for name in ("render", "kubernetes")]
    inspection = sample_inspection(declared=declared(), judgements=())
    assert investigate(inspection, kinds, here).chapters[4].answer == (
        "This runs on Render, as RENDER and RENDER_SERVICE_ID say; Attempts were observed on kubernetes; "
        "240 \u00d7 Title of kubernetes-probe, declared nowhere here."
    )
    assert investigate(inspection, kinds[:1]).chapters[4].answer.startswith("Attempts were observed on render; 120")


def test_outside_checks_are_the_platform_s() -> None:
    found = joined(stray("health-check", "/other", "GoogleHC/1.0", rule="google-health-check"), declared=declared())
    assert found.chapters[4].answer == "120 \u00d7 Title of google-health-check, declared nowhere here."


def test_nothing_was_observed_and_nothing_is_declared() -> None:
    found = joined(declared=declared(), findings=())
    assert [each.answer for each in found.chapters] == [
        "No failed request was observed.",
        *["Nothing of the kind was found."] * 4,
    ]
    assert all(each.looked_at == () for each in found.chapters)
