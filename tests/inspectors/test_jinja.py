# ruff: noqa: E501 - variables are written on one line where that reads better
from pathlib import Path

import pytest

from tests.inspectors.helpers import repository
from wsdoctor.inspectors._jinja import rendered
from wsdoctor.inspectors._values import environment

VARIABLES = {
    "group_vars/all.yml": "ws_port: 8765\nhost: \"{{ name }}.example\"\nname: rt\nup: {ws: {port: 1}}\nloop: '{{ loop }}'\n",
    "group_vars/web.yml": "only: 1\n",
    "group_vars/db.yml": "only: 2\n",
    "roles/rt/defaults/main.yml": "ws_port: 1\nmode: fast\n",
    "vars/bad.yml": "a: [\n",
    "site.yml": "- hosts: all\n  vars:\n    mode: slow\n    play: 3\n- import_playbook: b.yml\n",
    "inventory.ini": "[all]\nh1\n[all:vars]\nini=9\nquoted='x'\n\n[web]\nother=1\n",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ ws_port }}", "8765"),
        ("{{ws_port|int}} {{- host -}}", "8765 rt.example"),
        ("{{ up.ws.port }} {{ up['ws']['port'] }}", "1 1"),
        ("{{ mode }} {{ play }} {{ ini }} {{ quoted }}", "slow 3 9 x"),
        ("{{ only }} {{ gone }} {{ other }}", "{{ only }} {{ gone }} {{ other }}"),
        ("{{ gone | default(7) }} {{ gone | default('x') }} {{ gone | d(play) }}", "7 x 3"),
        ("{{ loop }}", "{{ loop }}"),
        ("a{% if x %}\n{# no\nno #}b{% endif %}", "a\n\nb"),
    ],
)
def test_templates(tmp_path: Path, text: str, expected: str) -> None:
    found = repository(tmp_path, {**VARIABLES, "site.conf.j2": text, "site.conf": text})
    assert rendered("site.conf.j2", found) == expected
    assert rendered("site.conf", found) == text


def test_environment_files_and_units_that_are_templates(tmp_path: Path) -> None:
    files = {
        "roles/a/templates/a.env.j2": "A={{ ws_port }}\n",
        "b.service.j2": "[Service]\nEnvironment=B={{ ws_port }}\n",
    }
    known = environment(repository(tmp_path, {**VARIABLES, **files}))
    assert [known.candidates(name)[0].text for name in "AB"] == ["8765", "8765"]
