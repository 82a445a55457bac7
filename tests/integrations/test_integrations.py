from __future__ import annotations

import asyncio
import functools
import sys
import warnings
from collections.abc import Callable
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from wsdoctor.guard import Policy
from wsdoctor.integrations import integrations, recognise
from wsdoctor.integrations import websockets as of_websockets


def factory_of(**options: Any) -> Any:
    """Return the protocol factory that websockets gives to `create_server`."""
    caught: list[Any] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()

        async def create_server(factory: Any, *args: Any, **kwargs: Any) -> Any:
            caught.append(factory)
            raise InterruptedError

        loop.create_server = create_server  # type: ignore[method-assign,assignment]
        with pytest.raises(InterruptedError):
            await serve(lambda connection: None, "127.0.0.1", 0, **options)  # type: ignore[arg-type,return-value]

    asyncio.run(main())
    return caught[0]


def found(factory: Any) -> str | None:
    integration = recognise(factory)
    return None if integration is None else integration.__name__.rpartition(".")[2]  # type: ignore[attr-defined]


def test_every_module_of_the_folder_has_its_prefixes_and_a_policy() -> None:
    for integration in integrations():
        assert integration.MODULES
        assert all(prefix.count(".") for prefix in integration.MODULES)
        assert isinstance(integration.policy(lambda: None), Policy)


def test_websockets_without_a_hook_speaks_websocket_only() -> None:
    factory = factory_of()
    assert found(factory) == "websockets"
    policy = of_websockets.policy(factory)
    assert not policy.serves_http
    assert policy.strict


def test_websockets_with_a_hook_may_serve_http() -> None:
    policy = of_websockets.policy(factory_of(process_request=lambda connection, request: None))
    assert policy.serves_http
    assert policy.methods is None
    assert policy.plain == "refused"


@pytest.mark.parametrize(("version", "methods"), [("16.0", {"GET"}), ("17.4", None), ("17.0a1", None), ("?", {"GET"})])
def test_which_methods_a_hook_sees_depends_on_the_version(
    version: str, methods: set[str] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("websockets.version.version", version)
    factory = factory_of(process_request=lambda connection, request: None)
    assert of_websockets.policy(factory).methods == methods


def legacy(protocol: type, **options: Any) -> Any:
    return functools.partial(protocol, lambda connection: None, None, **options)


def test_websockets_legacy() -> None:
    with warnings.catch_warnings(action="ignore"):
        from websockets.legacy.server import WebSocketServerProtocol

    class Own(WebSocketServerProtocol):
        async def process_request(self, path: str, request_headers: Any) -> None:
            return None

    plain, hooked, own = (
        legacy(WebSocketServerProtocol),
        legacy(WebSocketServerProtocol, process_request=print),
        legacy(Own),
    )
    assert [found(factory) for factory in (plain, hooked, own)] == ["websockets"] * 3
    assert [of_websockets.policy(factory).serves_http for factory in (plain, hooked, own)] == [False, True, True]
    assert of_websockets.policy(hooked).methods == {"GET"}


@pytest.mark.parametrize("hook", [None, print])
def test_websockets_13_to_16_keep_the_hook_on_the_server(hook: Any) -> None:
    server = SimpleNamespace(process_request=hook)

    def factory() -> Any:
        return server

    assert of_websockets.policy(factory).serves_http is (hook is not None)


def test_where_a_hook_cannot_be_seen_it_may_be_there() -> None:
    assert of_websockets.policy(object()).serves_http
    assert of_websockets.policy(lambda: None).serves_http


def test_the_answer_of_a_websockets_connection() -> None:
    response = SimpleNamespace(status_code=HTTPStatus.FORBIDDEN)
    assert of_websockets.status_of(SimpleNamespace(response=response)) == 403
    assert of_websockets.status_of(SimpleNamespace(response=None)) is None
    assert of_websockets.status_of(SimpleNamespace(response_headers={"Sec-WebSocket-Accept": "x"})) == 101
    assert of_websockets.status_of(SimpleNamespace(response_headers={})) is None


def from_module(name: str) -> Callable[[], Any]:
    def factory() -> Any:
        return None

    factory.__module__ = name
    return factory


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("uvicorn.server", "uvicorn"),
        ("hypercorn.asyncio.run", "hypercorn"),
        ("aiohttp.web_server", "aiohttp"),
        ("aiohttp.web_protocol", "aiohttp"),
        ("sanic.server.runners", "sanic"),
        ("picows.api", "picows"),
        ("autobahn.asyncio.websocket", "autobahn"),
        ("websockets.asyncio.server", "websockets"),
        ("websockets.asyncio.client", None),
        ("aiohttp.client", None),
        ("aiosmtpd.smtp", None),
    ],
)
def test_a_factory_is_recognised_by_its_module(module: str, name: str | None) -> None:
    assert found(from_module(module)) == name


class Instance:
    def __call__(self) -> Any:
        return None

    def method(self) -> Any:
        return None


class Protocol(asyncio.Protocol):
    pass


def test_a_factory_is_recognised_through_what_wraps_it() -> None:
    inner = from_module("uvicorn.server")

    async def connected(reader: Any, writer: Any) -> None:
        return None

    connected.__module__ = "hypercorn.asyncio.run"
    stream = asyncio.StreamReaderProtocol

    def streams() -> Any:
        return stream(None, connected)  # type: ignore[arg-type]

    assert found(functools.partial(inner)) == "uvicorn"
    assert found(functools.partial(print, inner)) == "uvicorn"
    assert found(lambda: inner()) == "uvicorn"
    assert found(streams) == "hypercorn"


def test_a_factory_is_recognised_by_its_class(monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(Instance()) is None
    monkeypatch.setattr(Instance, "__module__", "aiohttp.web_server")
    assert found(Instance()) == "aiohttp"
    assert found(Instance().method) == "aiohttp"
    assert found(Instance) == "aiohttp"


def test_a_lambda_is_recognised_by_the_class_that_it_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(lambda: Protocol()) is None
    monkeypatch.setattr(Protocol, "__module__", "autobahn.asyncio.websocket")
    assert found(lambda: Protocol()) == "autobahn"


def test_looking_ends_where_factories_hold_each_other() -> None:
    def one() -> Any:
        return other

    def other() -> Any:
        return one

    assert found(one) is None
    assert found(functools.partial(print, *[functools.partial(print, number) for number in range(500)])) is None


def test_a_server_connection_subclass_is_websockets() -> None:
    class Own(ServerConnection):
        pass

    Own.__module__ = "an_app"
    assert found(factory_of(create_connection=Own)) == "websockets"


def test_what_aiohttp_and_sanic_refuse_with_a_traceback() -> None:
    from wsdoctor.integrations import aiohttp, sanic

    assert aiohttp.refuses(b"GET / HTTP/1.1\r\n\r\n")
    assert aiohttp.refuses(b"GET / HTTP/1.1\r\nHost: a\r\nSec-WebSocket-Key1: x\r\n\r\n")
    assert not aiohttp.refuses(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
    assert not aiohttp.refuses(b"GET / HTTP/1.0\r\n\r\n")
    assert sanic.refuses(b"CONNECT a:1 HTTP/1.1\r\n\r\n")
    assert not sanic.refuses(b"GET / HTTP/1.1\r\n\r\n")


def test_the_limits_of_aiohttp_are_those_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    from wsdoctor.integrations import aiohttp

    class Handler:
        def __init__(self, max_headers: int = 128) -> None:
            pass

    monkeypatch.setitem(sys.modules, "aiohttp.web_protocol", None)
    assert aiohttp.policy(SimpleNamespace()).max_fields == 0
    monkeypatch.setitem(sys.modules, "aiohttp.web_protocol", SimpleNamespace(RequestHandler=Handler))
    assert aiohttp.policy(SimpleNamespace()).max_fields == 128
    policy = aiohttp.policy(SimpleNamespace(_kwargs={"max_line_size": 100_000, "max_headers": 7}))
    assert policy.max_line > 100_000
    assert policy.max_fields == 7
