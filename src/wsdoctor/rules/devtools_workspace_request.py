"""Chrome's developer tools looked for a workspace description."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, request
from wsdoctor.rules._examples import CHROME
from wsdoctor.rules._plain import is_plain

PATH = "/.well-known/appspecific/com.chrome.devtools.json"


def match(path: str, headers: Headers | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if path != PATH or (headers is not None and not is_plain(headers)):
        return None
    return f"{PATH} is asked for by Chrome's developer tools alone."


RULE = Rule(
    id="devtools-workspace-request",
    title="Chrome's developer tools asked for a workspace description",
    cls="browser-subresource",
    level="note",
    confidence=0.98,
    match=match,
    why="Since version 135 Chrome looks for this file on localhost whenever its developer tools are open on a "
    "page, to learn "
    "in which folder the project lies. It means that somebody has this port open as a page with developer tools. "
    "It does no harm.",
    remedy=Remedy(
        "Nothing is broken. Open the page of the HTTP server instead of this port, or turn the feature off in Chrome.",
        {"Chrome": "chrome://flags/#devtools-project-settings set to Disabled"},
    ),
    references=(
        Reference(
            "Automatic Workspace Folders",
            "https://chromium.googlesource.com/devtools/devtools-frontend/+/main/docs/ecosystem/automatic_workspace_folders.md",
        ),
        Reference(
            "Chrome for Developers: automatic workspace",
            "https://developer.chrome.com/docs/devtools/automatic-workspaces",
        ),
    ),
    cases=(
        Case(
            "developer tools on localhost",
            request(
                f"GET {PATH} HTTP/1.1",
                "Host: localhost:8080",
                "Connection: keep-alive",
                CHROME,
                "Accept: */*",
                "Sec-Fetch-Site: same-origin",
                "Sec-Fetch-Mode: no-cors",
                "Sec-Fetch-Dest: empty",
            ),
        ),
    ),
    near_misses=(
        Case(
            "another well-known file",
            request("GET /.well-known/assetlinks.json HTTP/1.1", "Host: localhost:8080", CHROME, "Accept: */*"),
        ),
    ),
    supersedes=("page-fetches-websocket-port", "browser-opened-port", "http-library-request", "command-line-request"),
)
