"""Tools of the command line that connect: curl, wget, nc and the like; words in, what they send out.

Variables stand in the words already, as far as they are known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from wsdoctor.inspectors._platforms.cloud_clis import CLOUDS
from wsdoctor.inspectors._platforms.common import LOCAL
from wsdoctor.inspectors._platforms.inline import opened
from wsdoctor.inspectors._platforms.sent import Sent, agent_of, fields_of, option_words, to_address, to_url
from wsdoctor.inspectors._platforms.waits import WAITS

__all__ = ["may_speak", "tool_of"]


def tool_of(words: Sequence[str], expand: Callable[[str], str]) -> Iterator[Sent]:
    """Yield what a command sends.

    Args:
        words: program and arguments.
        expand: puts values in the place of variables, for the code of one-liners.

    """
    program = words[0].rpartition("/")[2].removesuffix(".exe").lower()
    stem = re.sub(r"\.(?:sh|py|js|mjs|ts|rb)$", "", program)
    arguments = list(words[1:])
    if program in _TOOLS:
        yield from _TOOLS[program](program, arguments)
    elif stem in _TOOLS:
        yield from _TOOLS[stem](stem, arguments)
    elif (inline := _INLINE.get(re.sub(r"[\d.]+$", "", program))) is not None and (
        code := _code(arguments)
    ) is not None:
        yield from _code_sent(program, code, inline, expand)
    else:
        yield from _unknown(words)
    for word in words:
        if found := re.fullmatch(r"/dev/tcp/([^/]+)/(.+)", word):
            yield to_address("bash", f"{found[1]}:{found[2]}", waits=False)


def may_speak(text: str) -> bool:
    """Say whether a text may hold a command that `tool_of` yields something for: no such command is without these.

    Args:
        text: of a fragment, or a value that is put into one.

    """
    return _SPEAKS.search(text.lower()) is not None


_CURL_VALUES = frozenset(
    (
        "-o", "-w", "-H", "-X", "-d", "-m", "-u", "-A", "-e", "-b", "-c", "-T", "-F", "-K", "-x", "-E", "-D", "-r",
        "-y", "-Y", "-z", "-C", "-P", "-Q", "-t", "-U", "--output", "--write-out", "--header", "--request", "--data",
        "--data-raw", "--data-binary", "--data-urlencode", "--json", "--max-time", "--connect-timeout", "--retry",
        "--retry-delay", "--retry-max-time", "--user", "--user-agent", "--referer", "--cookie", "--cookie-jar",
        "--upload-file", "--form", "--config", "--proxy", "--cert", "--key", "--cacert", "--capath", "--resolve",
        "--connect-to", "--dump-header", "--interface", "--range", "--limit-rate", "--max-redirs", "--noproxy",
        "--unix-socket", "--stderr", "--url", "--ciphers", "--tls-max", "--keepalive-time", "--expect100-timeout",
    )
)  # fmt: skip


def _curl(program: str, arguments: list[str]) -> Iterator[Sent]:
    options, urls = option_words(arguments, _CURL_VALUES)
    urls += [value for name, value in options if name == "--url"]
    headers = fields_of(value for name, value in options if name in {"-H", "--header"})
    names = {name for name, _ in options}
    values = dict(options)
    if "--unix-socket" in names:
        return
    method = values.get("-X", values.get("--request"))
    if method is None:
        posts = names & {"-d", "--data", "--data-raw", "--data-binary", "--data-urlencode", "--json", "-F", "--form"}
        method = "HEAD" if names & {"-I", "--head"} else "POST" if posts and "-G" not in names else "GET"
        method = "PUT" if names & {"-T", "--upload-file"} else method
    agent = values.get("-A", values.get("--user-agent")) or agent_of(headers, "curl/")
    retried = "--retry" in names
    delay = values.get("--retry-delay", "")
    period = float(delay) if retried and re.fullmatch(r"\d+(?:\.\d+)?", delay) and float(delay) else None
    for url in urls:
        yield from to_url("curl", url, method=method, user_agent=agent, headers=headers, waits=retried, period=period)


_WGET_VALUES = frozenset(
    (
        "-O", "-o", "-t", "-T", "-U", "-P", "-a", "-e", "-i", "-w", "-Y", "--header", "--user-agent", "--tries",
        "--timeout", "--output-document", "--post-data", "--post-file", "--method", "--body-data", "--waitretry",
        "--connect-timeout", "--read-timeout", "--dns-timeout", "--ca-certificate", "--user", "--password",
    )
)  # fmt: skip


def _wget(program: str, arguments: list[str]) -> Iterator[Sent]:
    options, urls = option_words(arguments, _WGET_VALUES)
    headers = fields_of(value for name, value in options if name == "--header")
    names = {name for name, _ in options}
    values = dict(options)
    method: str | None = values.get("--method") or ("POST" if names & {"--post-data", "--post-file"} else "GET")
    if "--spider" in names or "-s" in names:
        method = None
    agent = values.get("-U", values.get("--user-agent")) or agent_of(headers, "Wget")
    for url in urls:
        yield from to_url("wget", url, method=method, user_agent=agent, headers=headers)


def _httpie(program: str, arguments: list[str]) -> Iterator[Sent]:
    words = [word for word in arguments if not word.startswith("-")]
    method = "GET"
    if words and re.fullmatch(r"[A-Z]+", words[0]):
        method = words.pop(0)
    if words and (words[0].startswith((":", "/")) or re.search(r"://|^[\w.-]+:\d|^localhost", words[0])):
        url = LOCAL + words[0] if words[0].startswith((":", "/")) else words[0]
        agent = "xh/" if program == "xh" else "HTTPie/"
        yield from to_url(program, url, method=method, user_agent=agent, headers=fields_of(words[1:]))


def _netcat(program: str, arguments: list[str]) -> Iterator[Sent]:
    options, words = option_words(arguments, frozenset(("-w", "-i", "-q", "-x", "-X", "-s", "-p", "-G")))
    names = "".join(name for name, _ in options)
    silent = "z" in names or "<" in arguments
    if "l" in names or "u" in names or "U" in names or len(words) < 2 or not silent:
        return
    yield to_address(program, f"{words[-2]}:{words[-1]}", waits=False)


def _telnet(program: str, arguments: list[str]) -> Iterator[Sent]:
    words = [word for word in arguments if not word.startswith("-")]
    if len(words) >= 2 and words[0] not in "<>":
        yield to_address(program, f"{words[0]}:{words[1]}", waits=False)


def _grpc(program: str, arguments: list[str]) -> Iterator[Sent]:
    for row, word in enumerate(arguments):
        name, equals, value = word.partition("=")
        if name.lstrip("-") == "addr":
            where = value if equals else "".join(arguments[row + 1 : row + 2])
            made = to_address(program, where, waits=False)
            yield Sent(program, "grpc", made.host, made.port, open_port=made.open_port)


def _websocket(program: str, arguments: list[str]) -> Iterator[Sent]:
    for word in arguments:
        if word.startswith(("ws://", "wss://")):
            yield from to_url(program, word)


_LOAD_VALUES = frozenset(("-x", "-X", "-P", "--proxy", "--host", "-H", "--header", "--headers"))
"""Options whose value may look like the URL that is asked for."""
_LOAD_AGENTS = {"ab": "ApacheBench/", "hey": "hey/", "oha": "oha/"}


def _load(program: str, arguments: list[str]) -> Iterator[Sent]:
    """Yield what programs send that put a server under load."""
    options, urls = option_words(arguments, _LOAD_VALUES)
    urls += [value for name, value in options if name in {"--host", "-H"} and program == "locust"]
    method = "HEAD" if program == "ab" and any(name == "-i" for name, _ in options) else "GET"
    for url in urls:
        if url.startswith(("http://", "https://")):
            agent = _LOAD_AGENTS.get(program)
            yield from to_url(program, url, method=None if program == "locust" else method, user_agent=agent)


def _browse(program: str, arguments: list[str]) -> Iterator[Sent]:
    for word in arguments:
        if word.startswith(("http://", "https://")):
            yield from to_url(program, word, method="GET", user_agent="Mozilla/", kind="navigation")


def _powershell(program: str, arguments: list[str]) -> Iterator[Sent]:
    for word in arguments:
        if word.startswith(("http://", "https://")):
            method = "HEAD" if "head" in [one.lower() for one in arguments] else "GET"
            yield from to_url(program, word, method=method, user_agent="Mozilla/5.0 (Windows NT")


def _unknown(words: Sequence[str]) -> Iterator[Sent]:
    """Yield what a program sends whose name says that it checks or waits, if it is given a URL."""
    if re.search(r"(?:^|/)(?:git|pip3?|npm|apt(?:-get)?|echo|printf|helm|terraform|docker|export|test|\[+)$", words[0]):
        return
    named = any(
        re.search(r"health|wait|check|probe|ping|poll|ready|alive|smoke", word, re.IGNORECASE)
        for word in words[:4]
        if "://" not in word
    )
    for word in words[1:]:
        found = re.search(r"(?:^|=)(?P<url>(?P<scheme>https?|wss?)://\S+)$", word)
        if found is None:
            continue
        socket = found["scheme"].startswith("ws")
        if named or socket:
            yield from to_url(words[0].rpartition("/")[2], found["url"], waits=not socket, sure=0.7)


def _code(arguments: list[str]) -> str | None:
    for row, word in enumerate(arguments[:-1]):
        if word in {"-c", "-e", "-r", "-p", "--eval", "--print", "eval", "-pe"}:
            return arguments[row + 1]
    return None


def _code_sent(program: str, code: str, language: str, expand: Callable[[str], str]) -> Iterator[Sent]:
    for one in opened(code, language):
        headers = {"Upgrade": "websocket"} if one.upgrade else {}
        yield from to_url(program, expand(one.url), method=one.method, user_agent=one.user_agent, headers=headers)


_INLINE: Mapping[str, str] = {
    "python": "python", "pypy": "python", "node": "node", "nodejs": "node", "ruby": "ruby", "php": "php",
    "perl": "perl", "deno": "deno", "bun": "bun",
}  # fmt: skip

_TOOLS: Mapping[str, Callable[[str, list[str]], Iterator[Sent]]] = {
    "curl": _curl,
    "wget": _wget,
    "wget2": _wget,
    "http": _httpie,
    "https": _httpie,
    "xh": _httpie,
    "nc": _netcat,
    "ncat": _netcat,
    "netcat": _netcat,
    "busybox-nc": _netcat,
    "telnet": _telnet,
    **WAITS,
    **CLOUDS,
    "grpc_health_probe": _grpc,
    "grpc-health-probe": _grpc,
    **dict.fromkeys(("ab", "wrk", "wrk2", "hey", "oha", "bombardier", "siege", "autocannon", "locust"), _load),
    "websocat": _websocket,
    "wscat": _websocket,
    "wsdump": _websocket,
    "xdg-open": _browse,
    "open": _browse,
    "sensible-browser": _browse,
    "invoke-webrequest": _powershell,
    "invoke-restmethod": _powershell,
    "iwr": _powershell,
    "irm": _powershell,
}

_SPEAKS = re.compile(rf"\b(?:{'|'.join(_TOOLS)})\b|//|/dev/tcp/|connect|tcpsocket|fsockopen|\.(?:get|request)\s*\(")
"""A program of these, a URL, a shell's own connection, or a call that a one-liner connects by; in lower case."""
