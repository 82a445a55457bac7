"""Tells what a browser meant by a request: a page, a part of a page, or a call by a script.

Since 2020 browsers say so in Fetch Metadata (``Sec-Fetch-*``), which scripts cannot forge; older ones, Safari before
16.4 and pages on plain ``http://`` addresses leave it out, so Accept and others stand in. No verdicts here.
"""

from __future__ import annotations

import re
from functools import lru_cache

from wsdoctor.model.headers import Headers

__all__ = ["FRAMES", "PREVIEW_HOSTS", "RESOURCES", "is_browser", "is_navigation", "is_prefetch", "is_script_call",
           "preview_of", "resource_of"]  # fmt: skip

FRAMES = frozenset(("iframe", "frame", "fencedframe", "embed", "object"))
RESOURCES: dict[str, str] = {
    "image": "an image", "script": "a script", "style": "a style sheet", "font": "a font", "audio": "sound",
    "video": "a video", "track": "subtitles", "manifest": "the web app manifest", "worker": "a worker script",
    "sharedworker": "a worker script", "serviceworker": "a service worker", "audioworklet": "a worklet",
    "paintworklet": "a worklet", "xslt": "a style sheet",
}  # fmt: skip
PREVIEW_HOSTS: dict[str, str] = {
    "replit.dev": "Replit", "repl.co": "Replit", "replit.com": "Replit", "app.github.dev": "GitHub Codespaces",
    "github.dev": "GitHub Codespaces", "githubpreview.dev": "GitHub Codespaces", "gitpod.io": "Gitpod",
    "gitpod.dev": "Gitpod", "stackblitz.io": "StackBlitz", "stackblitz.com": "StackBlitz",
    "webcontainer.io": "StackBlitz", "csb.app": "CodeSandbox", "codesandbox.io": "CodeSandbox",
    "cloudworkstations.dev": "Google Cloud Workstations", "devtunnels.ms": "dev tunnels of Visual Studio Code",
    "glitch.me": "Glitch", "codeanywhere.com": "Codeanywhere", "vscode-cdn.net": "Visual Studio Code",
}  # fmt: skip

AGENT_LIMIT = 512
"""No more characters of a User-Agent are looked at; the longest real ones have about 300."""
_ENGINE = re.compile(r"AppleWebKit/|Gecko/|Trident/|Presto/|\bMSIE ")
_ROBOT = re.compile(
    r"(?i)bot\b|bot/|crawl|spider|slurp|scan|inspect|probe|monitor|check|preview|\+https?:|@"
    r"|compatible;(?! MSIE)"
)


def is_browser(user_agent: str | None) -> bool:
    """Say whether the User-Agent is one of a browser that a person uses; a claim, but nothing gains from it."""
    if not user_agent or not user_agent.startswith(("Mozilla/5.0 ", "Mozilla/4.0 ", "Opera/")):
        return False
    return _is_browser(user_agent[:AGENT_LIMIT])


@lru_cache(maxsize=256)
def _is_browser(agent: str) -> bool:
    return _ENGINE.search(agent) is not None and _ROBOT.search(agent) is None


def _one(headers: Headers, name: str) -> str:
    return (headers.get(name) or "").strip().lower()


def is_navigation(headers: Headers, user_agent: str | None) -> bool:
    """Say whether a browser opens the address as a page (Fetch Metadata, else an Accept that begins with HTML)."""
    mode = _one(headers, "sec-fetch-mode")
    if mode:
        return mode == "navigate"
    accept = _one(headers, "accept")
    if not accept.startswith(("text/html", "application/xhtml+xml")):
        return False
    return "upgrade-insecure-requests" in headers or is_browser(user_agent)


def is_prefetch(headers: Headers) -> bool:
    """Say whether the browser loads ahead of its user (Sec-Purpose of the Fetch standard, Purpose and X-Moz before)."""
    purposes = [_one(headers, name) for name in ("sec-purpose", "purpose", "x-purpose", "x-moz")]
    return any(word in purpose for purpose in purposes for word in ("prefetch", "prerender", "preview"))


def resource_of(headers: Headers, user_agent: str | None) -> str | None:
    """Return what part of a page the browser fetches, in words, or None if it is none."""
    destination = _one(headers, "sec-fetch-dest")
    if destination:
        return RESOURCES.get(destination)
    if not is_browser(user_agent):
        return None
    accept = _one(headers, "accept")
    if accept.startswith("image/"):
        return RESOURCES["image"]
    return RESOURCES["style"] if accept.startswith("text/css") else None


def is_script_call(headers: Headers, user_agent: str | None) -> bool:
    """Say whether code of a page made the request: ``fetch()``, ``XMLHttpRequest`` or ``sendBeacon()``."""
    if not is_browser(user_agent):
        return False
    mode = _one(headers, "sec-fetch-mode")
    if mode:
        return mode in {"cors", "no-cors", "same-origin"} and _one(headers, "sec-fetch-dest") in {"", "empty"}
    if is_navigation(headers, user_agent) or resource_of(headers, user_agent) is not None:
        return False
    if headers.has("accept-language", "accept-encoding"):
        return True
    return headers.has_any("origin", "referer", "x-requested-with") or "json" in _one(headers, "accept")


def preview_of(*addresses: str | None) -> str | None:
    """Return the product whose preview pane one of the addresses (Host, Origin, Referer) belongs to."""
    for address in addresses:
        host = (address or "").split("://")[-1].split("/")[0].rsplit(":", 1)[0].lower()
        parts = host.split(".")
        for start in range(max(len(parts) - 3, 0), len(parts) - 1):
            if (product := PREVIEW_HOSTS.get(".".join(parts[start:]))) is not None:
                return product
    return None
