"""Where servers listen in small projects in Ruby, and what they speak."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.helpers import repository
from wsdoctor.inspectors import declared

Found = list[tuple[int | None, str]]

CASES: dict[str, tuple[dict[str, str], Found]] = {
    "em lit": (
        {
            "Gemfile": """\
gem "em-websocket"

""",
            "s.rb": """\
EM.run {
  EM::WebSocket.run(:host => "0.0.0.0", :port => 8080) do |ws|
  end
}
""",
        },
        [(8080, "websocket")],
    ),
    "em env": (
        {
            "Gemfile": """\
gem "em-websocket"

""",
            "s.rb": """\
EM.run do
  EventMachine::WebSocket.start(host: "0.0.0.0", port: ENV.fetch("WS_PORT", 8080).to_i) do |ws|
  end
end
""",
        },
        [(8080, "websocket")],
    ),
    "em env or": (
        {
            "Gemfile": """\
gem "em-websocket"

""",
            "s.rb": """\
port = ENV["PORT"] || 8080
EM.run do
  EM::WebSocket.start(host: "0.0.0.0", port: port) do |ws|
  end
end
""",
        },
        [(8080, "websocket")],
    ),
    "em const": (
        {
            "Gemfile": """\
gem "em-websocket"

""",
            "s.rb": """\
PORT = (ENV["WS_PORT"] || 8080).to_i
EM::WebSocket.start(host: "0.0.0.0", port: PORT, secure: true) { |ws| }
""",
        },
        [(8080, "websocket")],
    ),
    "em yaml": (
        {
            "Gemfile": """\
gem "em-websocket"

""",
            "s.rb": """\
conf = YAML.load_file("config/app.yml")
EM::WebSocket.start(host: "0.0.0.0", port: conf["ws"]["port"]) { |ws| }
""",
            "config/app.yml": """\
ws:
  port: 8080
redis:
  port: 6379

""",
        },
        [(8080, "websocket")],
    ),
    "em optparse": (
        {
            "Gemfile": """\
gem "em-websocket"

""",
            "s.rb": """\
options = { port: 8080 }
OptionParser.new { |o| o.on("-p", "--port PORT", Integer) { |v| options[:port] = v } }.parse!
EM::WebSocket.start(host: "0.0.0.0", port: options[:port]) { |ws| }
""",
        },
        [(8080, "websocket")],
    ),
    "iodine": (
        {
            "Gemfile": """\
gem "em-websocket"

""",
            "config.ru": """\
Iodine.listen service: :http, port: ENV["PORT"] || "3000", handler: APP
Iodine.start
""",
        },
        [(3000, "both")],
    ),
    "tcpserver ws": (
        {
            "Gemfile": """\
gem "em-websocket"

""",
            "s.rb": """\
require "websocket"
server = TCPServer.new("0.0.0.0", 8080)
hs = WebSocket::Handshake::Server.new
""",
        },
        [(8080, "websocket")],
    ),
    "tcpserver": (
        {
            "Gemfile": """\
gem "em-websocket"

""",
            "s.rb": "server = TCPServer.new(2000)",
        },
        [(2000, "tcp")],
    ),
    "rack": (
        {"Gemfile": "", "s.rb": "require 'faye/websocket'\nRack::Handler::Thin.run(App, Port: 9292)\n"},
        [(9292, "both")],
    ),
    "rack without websockets": (
        {"Gemfile": "", "s.rb": "Rack::Handler::Puma.run(App, Port: 9293)\n"},
        [(9293, "http")],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_where_they_listen(tmp_path: Path, name: str) -> None:
    files, expected = CASES[name]
    found = declared(repository(tmp_path, files), processes=1).listeners
    assert sorted({(one.port, one.speaks) for one in found}, key=str) == expected
