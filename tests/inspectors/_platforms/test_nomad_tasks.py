import pytest

from wsdoctor.inspectors._platforms.nomad_tasks import command_lines

JOB = """\
job "feed" {
  group "feed" {
    network {
      port "ws" { to = 9102 }
      port "free" {}
    }
    task "server" {
      driver = "exec"
      config {
        command = "/opt/feed"
        args    = ["--port", "${NOMAD_PORT_ws}", "--other", "${NOMAD_PORT_free}"]
      }
    }
    task "single" {
      config { command = "/opt/alone" }
    }
    task "image" {
      config { image = "command" }
    }
    task "odd" {
      config {
        command = "/opt/odd"
        args    = "words"
      }
    }
  }
}
"""


def test_ports_are_put_in_by_their_labels() -> None:
    first, second = command_lines(JOB)
    assert first == (9, '"/opt/feed" "--port" "9102" "--other" ""')
    assert second == (15, '"/opt/alone"')


@pytest.mark.parametrize("text", ["", 'job "a" {}', 'job "command" {', 'job "command" { group = "x" }'])
def test_a_file_without_commands_or_that_cannot_be_read_has_none(text: str) -> None:
    assert list(command_lines(text)) == []
