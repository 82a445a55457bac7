"""The preview pane of an online editor opened the WebSocket port."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._browser import FRAMES, is_navigation, preview_of
from wsdoctor.rules._examples import CHROME
from wsdoctor.rules._pages import FETCH_METADATA
from wsdoctor.rules._plain import is_plain, is_taken, line_of

PLATFORMS = {"replit": "Replit", "codespaces": "GitHub Codespaces", "gitpod": "Gitpod", "stackblitz": "StackBlitz",
             "codesandbox": "CodeSandbox", "glitch": "Glitch"}  # fmt: skip


def match(
    method: str,
    target: str,
    headers: Headers,
    handshake: tuple[str, ...],
    user_agent: str,
    platform: str | None = None,
    sender: Sender | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not handshake or not is_plain(headers) or is_taken(sender) or not is_navigation(headers, user_agent):
        return None
    if sender is not None and sender.kind == "preview":
        return f"{line_of(method, target)} was made by {sender.name}."
    product = preview_of(
        headers.get("referer"), headers.get("host"), headers.get("x-forwarded-host"), headers.get("origin")
    )
    if product is None and (headers.get("sec-fetch-dest") or "").lower() in FRAMES:
        product = PLATFORMS.get((platform or "").removesuffix("-browser"))
    if product is None:
        return None
    return f"{line_of(method, target)} asks for a page and belongs to the preview of {product}."


RULE = Rule(
    id="preview-pane-opened-port",
    title="The preview pane of an online editor opened the WebSocket port as a page",
    cls="browser-navigation",
    level="warning",
    confidence=0.95,
    match=match,
    why="Replit, Codespaces, Gitpod and others show the running application in a pane, and take the port that "
    "was opened "
    "first, or the one that is mapped to the public address, for its web page. The pane then loads the "
    "WebSocket port "
    "by plain HTTP, again at every restart. Real clients are not affected, but the pane shows an error "
    "instead of the page.",
    remedy=Remedy(
        "Point the preview at the HTTP server's port, and start that server first.",
        {
            "Replit": "[[ports]] localPort = 5000, externalPort = 80 in .replit; map the WebSocket port to "
            "another externalPort.",
            "GitHub Codespaces": 'portsAttributes: {"8080": {"onAutoForward": "silent"}} in devcontainer.json.',
            "Gitpod": "ports: - port: 8080, onOpen: ignore in .gitpod.yml.",
        },
    ),
    references=(
        Reference("Replit: ports", "https://docs.replit.com/references/project-setup/ports"),
        Reference("devcontainer.json: portsAttributes", "https://containers.dev/implementors/json_reference/"),
        FETCH_METADATA,
    ),
    cases=(
        Case(
            "Replit's pane",
            request(
                "GET / HTTP/1.1",
                "Host: 7f3a-00-1x2y.picard.replit.dev",
                CHROME,
                "Accept: text/html,*/*;q=0.8",
                "Sec-Fetch-Site: cross-site",
                "Sec-Fetch-Mode: navigate",
                "Sec-Fetch-Dest: iframe",
                "Referer: https://replit.com/",
            ),
        ),
        Case(
            "a forwarded port of Codespaces",
            request(
                "GET / HTTP/1.1",
                "Host: localhost:8080",
                "X-Forwarded-Host: fuzzy-waffle-8080.app.github.dev",
                CHROME,
                "Accept: text/html",
                "Sec-Fetch-Mode: navigate",
                "Sec-Fetch-Dest: document",
            ),
        ),
        Case(
            "a frame, on a platform with a pane",
            request(
                "GET / HTTP/1.1",
                "Host: 0.0.0.0:8080",
                CHROME,
                "Accept: text/html",
                "Sec-Fetch-Mode: navigate",
                "Sec-Fetch-Dest: iframe",
            ),
            {"platform": "replit"},
        ),
    ),
    near_misses=(
        Case(
            "a person on a deployment",
            request(
                "GET / HTTP/1.1",
                "Host: chat.example.com",
                CHROME,
                "Accept: text/html",
                "Sec-Fetch-Mode: navigate",
                "Sec-Fetch-Dest: document",
            ),
            {"platform": "replit"},
        ),
    ),
    supersedes=("page-frames-port", "browser-opened-port"),
)
