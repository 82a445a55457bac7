"""webpack-dev-server or Vite proxies a path without ws: true."""

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._declared import DEV_PROXIES, hops
from wsdoctor.rules._files import text_of, unseen
from wsdoctor.rules._remedies import directives

_NAME = re.compile(r"(?i)(?:webpack|vite|vue|craco|rsbuild|setupProxy)[\w.-]*\.(?:js|ts|mjs|cjs|mts)$")
_CARRIES = re.compile(r"\bws\s*:\s*true\b|['\"]wss?://")
_PROXY = re.compile(
    r"\bproxy\s*:\s*[\[{].{0,200}?https?://[^'\"]+|createProxyMiddleware\(.{0,200}?https?://[^'\"]+", re.DOTALL
)


def match(
    files: tuple[SourceFile, ...],
    headers: Headers | None = None,
    first_bytes: bytes | None = None,
    outcome: str | None = None,
    log: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not unseen(headers, first_bytes, outcome, log):
        return None
    for file in files:
        text = text_of(file)
        if (
            _NAME.search(file.name) is not None
            and _CARRIES.search(text) is None
            and (found := _PROXY.search(text)) is not None
        ):
            return f"{file.name[:80]} proxies by “{' '.join(found[0].split())[:100]}”, without ws: true"
    return None


RULE = Rule(
    id="dev-server-proxy-without-websockets",
    title="The development server's proxy is not told to carry WebSockets",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.8,
    match=match,
    declared=hops(products=DEV_PROXIES, loses=True),
    why=(
        "The proxies of webpack-dev-server and Vite carry WebSockets only with ws: true, or in Vite with a ws:// "
        "target. Without it the browser's handshake is not answered at all or goes to the development server's own "
        "socket."
    ),
    remedy=Remedy(
        "Add ws: true to the entry of this path.",
        directives("Vite", "webpack-dev-server", "http-proxy, http-proxy-middleware"),
    ),
    references=(
        Reference("webpack: devServer.proxy", "https://webpack.js.org/configuration/dev-server/#devserverproxy"),
        Reference("Vite: server.proxy", "https://vite.dev/config/server-options#server-proxy"),
    ),
    cases=(
        Case(
            "webpack",
            facts={
                "files": (
                    SourceFile(
                        "webpack.config.js",
                        "module.exports = { devServer: { proxy: { '/live': { target: 'http://localhost:8080' } } } }",
                    ),
                )
            },
        ),
        Case(
            "Vite",
            facts={
                "files": (
                    SourceFile(
                        "vite.config.ts", "export default { server: { proxy: { '/live': 'http://localhost:8080' } } }"
                    ),
                )
            },
        ),
    ),
    near_misses=(
        Case(
            "ws: true",
            facts={
                "files": (
                    SourceFile(
                        "webpack.config.js",
                        "module.exports = { devServer: { proxy: { '/live': { target: 'http://localhost:8080', "
                        "ws: true } } } }",
                    ),
                )
            },
        ),
        Case(
            "the handshake itself is right",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {
                "files": (
                    SourceFile(
                        "webpack.config.js",
                        "module.exports = { devServer: { proxy: { '/live': { target: 'http://localhost:8080' } } } }",
                    ),
                )
            },
        ),
    ),
)
