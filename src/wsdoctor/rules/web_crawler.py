"""A crawler found the address."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._checks import ask_text, sent_by


def match(
    sender: Sender,
    method: str | None = None,
    target: str | None = None,
    user_agent: str | None = None,
    headers: Headers | None = None,
    handshake: tuple[str, ...] | None = None,
) -> str | None:
    """Hold for what the entries of the table that name this rule send."""
    if not sent_by(sender, "web-crawler", headers, handshake):
        return None
    return f"{ask_text(method, target, user_agent)} says it is {sender.name}, a crawler."


RULE = Rule(
    id="web-crawler",
    title="A web crawler asked the WebSocket port",
    cls="scanner",
    level="note",
    confidence=0.9,
    match=match,
    why=(
        "Crawlers of search engines, archives and language models follow every link they find. One of them found the "
        "address of the WebSocket port, in a page, a script or a certificate log, and asks for a page that is not "
        "there. No real client is affected."
    ),
    remedy=Remedy(
        "Nothing is broken. Keep http:// links to this port out of pages; crawlers give up after a while.",
        {
            "robots.txt": "User-agent: * and Disallow: /ws on the web server that shares the host name.",
            "nginx": 'location = /robots.txt { return 200 "User-agent: *\\nDisallow: /\\n"; }',
        },
    ),
    references=(Reference("RFC 9309: Robots Exclusion Protocol", "https://www.rfc-editor.org/rfc/rfc9309"),),
    cases=(
        Case(
            "Googlebot",
            request(
                "GET /robots.txt HTTP/1.1",
                "Host: ws.example.com",
                "User-Agent: Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
                "Accept: */*",
            ),
        ),
        Case(
            "GPTBot",
            request(
                "GET / HTTP/1.1",
                "Host: ws.example.com",
                "User-Agent: Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; "
                "+https://openai.com/gptbot)",
                "Accept: */*",
            ),
        ),
    ),
    near_misses=(
        Case(
            "the same program opening a WebSocket",
            request(
                "GET /ws HTTP/1.1",
                "Host: chat:8080",
                *GOOD_HANDSHAKE,
                "User-Agent: Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
            ),
        ),
        Case("curl by hand", request("GET / HTTP/1.1", "Host: chat:8080", "User-Agent: curl/8.5.0", "Accept: */*")),
    ),
    supersedes=(),
    claim=True,
)
