# ruff: noqa: E501
"""Where servers listen in small projects in Elixir, and what they speak."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.helpers import repository
from wsdoctor.inspectors import declared

Found = list[tuple[int | None, str]]

CASES: dict[str, tuple[dict[str, str], Found]] = {
    "phoenix": (
        {
            "mix.exs": "defmodule X do end",
            "config/dev.exs": """\
import Config
config :app, AppWeb.Endpoint,
  http: [ip: {127, 0, 0, 1}, port: 4000],
  debug_errors: true

""",
        },
        [(4000, "both")],
    ),
    "phoenix env": (
        {
            "mix.exs": "defmodule X do end",
            "config/runtime.exs": """\
import Config
port = String.to_integer(System.get_env("PORT") || "4012")
config :app, AppWeb.Endpoint,
  http: [ip: {0, 0, 0, 0}, port: port]

""",
        },
        [(4012, "both")],
    ),
    "bandit": (
        {
            "mix.exs": "defmodule X do end",
            "lib/a.ex": """\
defmodule A do
  def start(_, _) do
    children = [{Bandit, plug: A.Router, scheme: :http, port: 4040}]
  end
end
""",
        },
        [(4040, "http")],
    ),
    "plug cowboy": (
        {
            "mix.exs": "defmodule X do end",
            "lib/a.ex": """\
defmodule A do
  def start(_, _) do
    children = [{Plug.Cowboy, scheme: :http, plug: A.Router, options: [port: Application.get_env(:a, :port), dispatch: d()]}]
  end
end
""",
            "config/config.exs": """\
import Config
config :a, port: 4040

""",
            "lib/s.ex": """\
defmodule S do
 def websocket_handle(x, y), do: {:ok, y}
end
""",
        },
        [(4040, "both")],
    ),
    "cowboy": (
        {
            "mix.exs": "defmodule X do end",
            "lib/a.ex": """\
defmodule A do
  def start(_, _) do
    dispatch = :cowboy_router.compile([{:_, [{"/ws", A.Socket, []}]}])
    :cowboy.start_clear(:http, [port: 8080], %{env: %{dispatch: dispatch}})
  end
end
""",
            "lib/s.ex": """\
defmodule A.Socket do
 def websocket_handle(x, y), do: {:ok, y}
end
""",
        },
        [(8080, "websocket")],
    ),
    "cowboy for pages": (
        {
            "mix.exs": "defmodule X do end",
            "lib/a.ex": """\
defmodule A do
  def start(_, _) do
    dispatch = :cowboy_router.compile([{:_, [{"/", A.Page, []}]}])
    :cowboy.start_clear(:http, [port: 8081], %{env: %{dispatch: dispatch}})
  end
end
""",
        },
        [(8081, "http")],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_where_they_listen(tmp_path: Path, name: str) -> None:
    files, expected = CASES[name]
    found = declared(repository(tmp_path, files), processes=1).listeners
    assert sorted({(one.port, one.speaks) for one in found}, key=str) == expected
