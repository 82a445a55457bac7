"""What opens a connection in scripts: globals and libraries by name, with what they speak and where their URL stands.

A table and the questions to it; it reads no file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["CONFIGURED", "CONSTRUCTED", "LIBRARIES", "RESOURCES", "VERBS", "Sink", "called", "constructed"]

VERBS = frozenset(("get", "post", "put", "patch", "delete", "head", "options", "request", "del", "getJSON", "ajax",
                   "getUri", "fetch", "raw", "stream", "postForm", "jsonp", "json", "sendRequest"))  # fmt: skip
"""Methods of HTTP libraries."""

LIBRARIES: Mapping[str, str] = MappingProxyType(
    {
        "fetch": "fetch", "node-fetch": "fetch", "cross-fetch": "fetch", "cross-fetch.fetch": "fetch",
        "unfetch": "fetch",
        "isomorphic-fetch": "fetch", "isomorphic-unfetch": "fetch", "undici.fetch": "fetch",
        "expo/fetch.fetch": "fetch",
        "undici.request": "fetch", "undici": "fetch", "ofetch.ofetch": "fetch", "ofetch.$fetch": "fetch",
        "ofetch": "fetch", "$fetch": "fetch", "useFetch": "fetch", "useLazyFetch": "fetch",
        "@vueuse/core.useFetch": "fetch", "ky": "fetch", "got": "fetch", "got.got": "fetch", "needle": "fetch",
        "superagent": "fetch", "request": "fetch", "request-promise": "fetch", "phin": "fetch", "wretch": "fetch",
        "swr": "fetch", "swr/immutable": "fetch", "@tauri-apps/api/http.fetch": "fetch",
        "@tauri-apps/plugin-http.fetch": "fetch", "importScripts": "fetch", "electron.net": "fetch",
        "graphql-request.request": "fetch",
        "axios": "axios", "redaxios": "axios", "apisauce": "axios", "k6/http": "fetch",
        "axios.axios": "axios", "uni": "axios", "$": "jquery",
        "jQuery": "jquery",
        "@capacitor/core.CapacitorHttp": "fetch", "CapacitorHttp": "fetch", "@capacitor-community/http.Http": "fetch",
        "cordova.plugin.http": "fetch", "@awesome-cordova-plugins/http.HTTP": "fetch",
        "@awesome-cordova-plugins/http/ngx.HTTP": "fetch", "@ionic-native/http.HTTP": "fetch",
        "@ionic-native/http/ngx.HTTP": "fetch",
        "jquery": "jquery", "http": "node", "https": "node", "follow-redirects.http": "node",
        "follow-redirects.https": "node", "@angular/common/http.HttpClient": "angular", "$http": "axios",
    }
)  # fmt: skip
"""HTTP libraries by the name that is imported, with the shape of their arguments."""


@dataclass(frozen=True, slots=True)
class Sink:
    """What a call or constructor does.

    Attributes:
        protocol: ``http``, ``ws``, ``socket.io``, ``sockjs``, ``eventsource``, ``signalr``.
        kind: of caller.
        key: names of the option that holds the URL, empty = the first argument is the URL.
        method: HTTP method, None = unknown.

    """

    protocol: str
    kind: str
    key: tuple[str, ...] = ()
    method: str | None = "GET"


_WS = Sink("ws", "websocket-client", ("url", "brokerURL", "address"))
_GRAPHQL = Sink("http", "client-code", ("uri", "url", "baseUrl", "baseURL", "endpoint"), "POST")
_RESOURCE = Sink("http", "subresource")

CONSTRUCTED: Mapping[str, Sink] = MappingProxyType(
    {
        "WebSocket": _WS, "ws": _WS, "ws.WebSocket": _WS, "ws.default": _WS, "isomorphic-ws": _WS,
        "websocket.w3cwebsocket": _WS,
        "reconnecting-websocket": _WS, "partysocket": _WS, "partysocket/ws": _WS, "undici.WebSocket": _WS,
        "isomorphic-ws.WebSocket": _WS, "faye-websocket.Client": _WS, "websocket-ts.Websocket": _WS,
        "websocket-as-promised": _WS, "ReconnectingWebSocket": _WS, "@stomp/stompjs.Client": _WS,
        "EventSource": Sink("eventsource", "realtime-client"), "eventsource": Sink("eventsource", "realtime-client"),
        "eventsource.EventSource": Sink("eventsource", "realtime-client"),
        "event-source-polyfill.EventSourcePolyfill": Sink("eventsource", "realtime-client"),
        "event-source-polyfill": Sink("eventsource", "realtime-client"),
        "socket.io-client.Manager": Sink("socket.io", "realtime-client"),
        "io.Manager": Sink("socket.io", "realtime-client"),
        "SockJS": Sink("sockjs", "realtime-client"), "sockjs-client": Sink("sockjs", "realtime-client"),
        "Worker": _RESOURCE, "SharedWorker": _RESOURCE, "Audio": _RESOURCE,
        "@apollo/client.HttpLink": _GRAPHQL, "@apollo/client.ApolloClient": _GRAPHQL,
        "@apollo/client/core.HttpLink": _GRAPHQL, "@apollo/client/link/http.HttpLink": _GRAPHQL,
        "@apollo/client/core.ApolloClient": _GRAPHQL, "apollo-link-http.HttpLink": _GRAPHQL,
        "graphql-request.GraphQLClient": _GRAPHQL, "apollo-boost": _GRAPHQL,
        "subscriptions-transport-ws.SubscriptionClient": _WS,
        "Request": Sink("http", "client-code", (), None),
    }
)  # fmt: skip
"""What ``new`` makes."""

CONFIGURED: Mapping[str, Sink] = MappingProxyType(
    {
        "io": Sink("socket.io", "realtime-client"), "io.connect": Sink("socket.io", "realtime-client"),
        "socket.io-client": Sink("socket.io", "realtime-client"),
        "socket.io-client.io": Sink("socket.io", "realtime-client"),
        "socket.io-client.connect": Sink("socket.io", "realtime-client"),
        "socket.io-client.default": Sink("socket.io", "realtime-client"),
        "socket.io-client.Manager": Sink("socket.io", "realtime-client"),
        "WebSocket": _WS, "mqtt.connect": _WS, "mqtt.default.connect": _WS, "react-use-websocket": _WS,
        "react-use-websocket.default": _WS, "@vueuse/core.useWebSocket": _WS, "useWebSocket": _WS,
        "rxjs/webSocket.webSocket": _WS, "graphql-ws.createClient": _WS,
        "@microsoft/fetch-event-source.fetchEventSource": Sink("eventsource", "realtime-client"),
        "navigator.sendBeacon": Sink("http", "client-code", (), "POST"),
        "open": Sink("http", "navigation"), "location.assign": Sink("http", "navigation"),
        "location.replace": Sink("http", "navigation"), "Linking.openURL": Sink("http", "navigation"),
        "react-native.Linking.openURL": Sink("http", "navigation"), "importScripts": _RESOURCE,
        "navigator.serviceWorker.register": _RESOURCE,
        "@apollo/client.createHttpLink": _GRAPHQL, "apollo-link-http.createHttpLink": _GRAPHQL,
        "@apollo/client/core.createHttpLink": _GRAPHQL, "urql.createClient": _GRAPHQL,
        "@urql/core.createClient": _GRAPHQL,
        "@trpc/client.httpBatchLink": _GRAPHQL, "@trpc/client.httpLink": _GRAPHQL,
        "@trpc/client.httpBatchStreamLink": _GRAPHQL, "graphql-request.default": _GRAPHQL,
        "@reduxjs/toolkit/query/react.fetchBaseQuery": Sink("http", "client-code", ("baseUrl",), None),
        "@reduxjs/toolkit/query.fetchBaseQuery": Sink("http", "client-code", ("baseUrl",), None),
        "@angular/common/http.httpResource": Sink("http", "client-code", ("url",)),
        "openapi-fetch": Sink("http", "client-code", ("baseUrl",), None),
        "@react-native-community/netinfo.configure": Sink("http", "client-code", ("reachabilityUrl",), None),
        "react-native-fs.downloadFile": Sink("http", "client-code", ("fromUrl",)),
        "@dr.pogodin/react-native-fs.downloadFile": Sink("http", "client-code", ("fromUrl",)),
        "expo-file-system.downloadAsync": Sink("http", "client-code"),
        "expo-file-system/legacy.downloadAsync": Sink("http", "client-code"),
        "expo-web-browser.openBrowserAsync": Sink("http", "navigation"),
        "electron.shell.openExternal": Sink("http", "navigation"),
    }
)  # fmt: skip
"""What a call opens that is no request of an HTTP library."""

RESOURCES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "img": ("src", "subresource"), "script": ("src", "subresource"), "audio": ("src", "subresource"),
        "video": ("src", "subresource"), "source": ("src", "subresource"), "embed": ("src", "subresource"),
        "track": ("src", "subresource"), "input": ("src", "subresource"), "object": ("data", "subresource"),
        "link": ("href", "subresource"), "image": ("href", "subresource"), "iframe": ("src", "navigation"),
        "frame": ("src", "navigation"), "a": ("href", "navigation"), "area": ("href", "navigation"),
        "form": ("action", "navigation"), "button": ("formaction", "navigation"), "base": ("href", "navigation"),
    }
)  # fmt: skip
"""Elements that make a browser connect, with the attribute that says where to."""


def called(name: str) -> tuple[str, str] | None:
    """Return shape of the arguments and method of a call to an HTTP library, None for any other name."""
    if name in LIBRARIES:
        return LIBRARIES[name], ""
    library, _, verb = name.rpartition(".")
    if verb in VERBS and library in LIBRARIES:
        return LIBRARIES[library], verb
    return None


def constructed(name: str) -> Sink | None:
    """Return what ``new`` of a name opens, None if nothing is known."""
    return CONSTRUCTED.get(name)
