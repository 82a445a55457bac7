"""Tools of the command line that connect: curl, wget, nc, wait-on and the like; words in, what they send out.

Variables stand in the words already, as far as they are known.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from wsdoctor.inspectors._platform_common import LOCAL, port_number, split_url
from wsdoctor.inspectors._platform_inline import opened

__all__ = ["Sent", "tool_of"]


@dataclass(frozen=True, slots=True)
class Sent:
    """What a tool sends.

    Attributes:
        tool: its name.
        protocol: as in `model.traffic.Caller`.
        host: None if unknown.
        port: None if unknown.
        path: None if unknown, or not HTTP.
        method: None if unknown, or not HTTP.
        user_agent: how it begins, None if unknown.
        headers: that it is told to send.
        period: seconds between its own attempts.
        waits: whether it tries until it succeeds.
        open_port: the port as written, if it is not known.
        kind: of caller, where the tool decides it.
        sure: 0 to 1.

    """

    tool: str
    protocol: str
    host: str | None
    port: int | None
    path: str | None = None
    method: str | None = None
    user_agent: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    period: float | None = None
    waits: bool = False
    open_port: str = ""
    kind: str = ""
    sure: float = 1.0


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
            yield _tcp("bash", f"{found[1]}:{found[2]}", waits=False)


def _sent(tool: str, url: str, **more: object) -> Sent | None:
    found = split_url(url)
    if found is None:
        return None
    protocol = found.scheme or "http"
    if protocol not in {"http", "https", "ws", "wss", "tcp"}:
        return None
    http = protocol != "tcp"
    port = found.port if found.port is not None or found.open_port or found.scheme else 80
    given: dict[str, object] = {"path": found.path if http else None, "open_port": found.open_port, **more}
    if not http or protocol in {"ws", "wss"}:
        given.pop("method", None)
        given.pop("user_agent", None)
    return Sent(tool, protocol, found.host, port, **given)  # type: ignore[arg-type]


def _tcp(tool: str, where: str, *, waits: bool, period: float | None = None) -> Sent:
    if port_number(where) is not None:
        return Sent(tool, "tcp", LOCAL, port_number(where), waits=waits, period=period)
    found = split_url(where if not where.startswith(":") else LOCAL + where)
    if found is None:
        return Sent(tool, "tcp", None, None)
    open_port = found.open_port or ("" if found.port else where)
    return Sent(tool, "tcp", found.host or LOCAL, found.port, waits=waits, period=period, open_port=open_port)


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
    options, urls = _options(arguments, _CURL_VALUES)
    urls += [value for name, value in options if name == "--url"]
    headers = _fields(value for name, value in options if name in {"-H", "--header"})
    names = {name for name, _ in options}
    values = dict(options)
    if "--unix-socket" in names:
        return
    method = values.get("-X", values.get("--request"))
    if method is None:
        posts = names & {"-d", "--data", "--data-raw", "--data-binary", "--data-urlencode", "--json", "-F", "--form"}
        method = "HEAD" if names & {"-I", "--head"} else "POST" if posts and "-G" not in names else "GET"
        method = "PUT" if names & {"-T", "--upload-file"} else method
    agent = values.get("-A", values.get("--user-agent")) or _agent(headers, "curl/")
    retried = "--retry" in names
    delay = values.get("--retry-delay", "")
    period = float(delay) if retried and re.fullmatch(r"\d+(?:\.\d+)?", delay) and float(delay) else None
    for url in urls:
        sent = _sent("curl", url, method=method, user_agent=agent, headers=headers, waits=retried, period=period)
        if sent is not None:
            yield sent


_WGET_VALUES = frozenset(
    (
        "-O", "-o", "-t", "-T", "-U", "-P", "-a", "-e", "-i", "-w", "-Y", "--header", "--user-agent", "--tries",
        "--timeout", "--output-document", "--post-data", "--post-file", "--method", "--body-data", "--waitretry",
        "--connect-timeout", "--read-timeout", "--dns-timeout", "--ca-certificate", "--user", "--password",
    )
)  # fmt: skip


def _wget(program: str, arguments: list[str]) -> Iterator[Sent]:
    options, urls = _options(arguments, _WGET_VALUES)
    headers = _fields(value for name, value in options if name == "--header")
    names = {name for name, _ in options}
    values = dict(options)
    method: str | None = values.get("--method") or ("POST" if names & {"--post-data", "--post-file"} else "GET")
    if "--spider" in names or "-s" in names:
        method = None
    agent = values.get("-U", values.get("--user-agent")) or _agent(headers, "Wget")
    for url in urls:
        sent = _sent("wget", url, method=method, user_agent=agent, headers=headers)
        if sent is not None:
            yield sent


def _httpie(program: str, arguments: list[str]) -> Iterator[Sent]:
    words = [word for word in arguments if not word.startswith("-")]
    method = "GET"
    if words and re.fullmatch(r"[A-Z]+", words[0]):
        method = words.pop(0)
    if words and (words[0].startswith((":", "/")) or re.search(r"://|^[\w.-]+:\d|^localhost", words[0])):
        url = LOCAL + words[0] if words[0].startswith((":", "/")) else words[0]
        agent = "xh/" if program == "xh" else "HTTPie/"
        sent = _sent(program, url, method=method, user_agent=agent, headers=_fields(words[1:]))
        if sent is not None:
            yield sent


def _netcat(program: str, arguments: list[str]) -> Iterator[Sent]:
    options, words = _options(arguments, frozenset(("-w", "-i", "-q", "-x", "-X", "-s", "-p", "-G")))
    names = "".join(name for name, _ in options)
    silent = "z" in names or "<" in arguments
    words = [
        word for row, word in enumerate(words) if word not in {"<", ">"} and (not row or words[row - 1] not in "<>")
    ]
    if "l" in names or "u" in names or "U" in names or len(words) < 2 or not silent:
        return
    yield _tcp(program, f"{words[-2]}:{words[-1]}", waits=False)


def _telnet(program: str, arguments: list[str]) -> Iterator[Sent]:
    words = [word for word in arguments if not word.startswith("-")]
    if len(words) >= 2 and words[0] not in "<>":
        yield _tcp(program, f"{words[0]}:{words[1]}", waits=False)


def _wait_for(program: str, arguments: list[str]) -> Iterator[Sent]:
    before = arguments[: arguments.index("--")] if "--" in arguments else arguments
    options, words = _options(before, frozenset(("-t", "-h", "-p", "--timeout", "--host", "--port")))
    values = dict(options)
    host, port = values.get("-h", values.get("--host")), values.get("-p", values.get("--port"))
    if host and port:
        words.append(f"{host}:{port}")
    for word in words:
        if "://" in word:
            sent = _sent(program, word, method="GET", user_agent="Wget", waits=True, period=1.0)
            if sent is not None:
                yield sent
        elif ":" in word:
            yield _tcp(program, word, waits=True, period=1.0)


def _wait_on(program: str, arguments: list[str]) -> Iterator[Sent]:
    before = arguments[: arguments.index("--")] if "--" in arguments else arguments
    values = frozenset(
        (
            "-c", "-d", "-i", "-t", "-w", "-s", "--config", "--delay", "--interval", "--timeout", "--window",
            "--tcpTimeout", "--httpTimeout", "--simultaneous",
        )
    )  # fmt: skip
    options, words = _options(before, values)
    interval = next((value for name, value in options if name in {"-i", "--interval"}), "250")
    period = float(interval) / 1000 if re.fullmatch(r"\d+", interval) else None
    for word in words:
        yield from wait_on(word, period)


def wait_on(resource: str, period: float | None = 0.25) -> Iterator[Sent]:
    """Yield what wait-on sends for one of its resources."""
    scheme, colon, rest = resource.partition(":")
    if scheme in {"http", "https", "http-get", "https-get"} and colon:
        method = "GET" if scheme.endswith("-get") else "HEAD"
        url = f"{scheme.removesuffix('-get')}:{rest if rest.startswith('//') else '//' + rest}"
        sent = _sent("wait-on", url, method=method, user_agent="axios/", waits=True, period=period)
        if sent is not None:
            yield sent
    elif scheme == "tcp" and colon:
        yield _tcp("wait-on", rest.removeprefix("//"), waits=True, period=period)
    elif port_number(resource) is not None or resource.startswith("localhost:"):
        sent = _sent("wait-on", resource if not resource.isdigit() else f"{LOCAL}:{resource}", method="HEAD",
                     user_agent="axios/", waits=True, period=period)  # fmt: skip
        if sent is not None:
            yield sent


def _server_test(program: str, arguments: list[str]) -> Iterator[Sent]:
    words = [word for word in arguments if not word.startswith("-")]
    for word in words:
        for part in word.split("|"):
            if re.match(r"(?:https?(?:-get)?|tcp):", part) or port_number(part) is not None:
                yield from wait_on(part, None)


def _dockerize(program: str, arguments: list[str]) -> Iterator[Sent]:
    values = dict(itertools.pairwise(arguments))
    interval = re.fullmatch(r"(\d+)s", values.get("-wait-retry-interval", "1s"))
    for row, word in enumerate(arguments[:-1]):
        if word in {"-wait", "--wait"}:
            sent = _sent(program, arguments[row + 1], method="GET", user_agent="Go-http-client/1.1", waits=True,
                         period=float(interval[1]) if interval else None)  # fmt: skip
            if sent is not None:
                yield sent


def _wait_port(program: str, arguments: list[str]) -> Iterator[Sent]:
    _, words = _options(arguments, frozenset(("-t", "--timeout", "-o", "--output", "--wait-for-dns")))
    for word in words[:1]:
        if "://" in word:
            url = word.replace("://:", f"://{LOCAL}:", 1)
            sent = _sent(program, url, method="GET", user_agent="", waits=True, period=1.0)
            if sent is not None:
                yield sent
        else:
            yield _tcp(program, word, waits=True, period=1.0)


def _grpc(program: str, arguments: list[str]) -> Iterator[Sent]:
    for row, word in enumerate(arguments):
        name, equals, value = word.partition("=")
        if name.lstrip("-") == "addr":
            where = value if equals else "".join(arguments[row + 1 : row + 2])
            sent = _tcp(program, where, waits=False)
            yield Sent(program, "grpc", sent.host, sent.port, open_port=sent.open_port)


def _websocket(program: str, arguments: list[str]) -> Iterator[Sent]:
    for word in arguments:
        if word.startswith(("ws://", "wss://")):
            sent = _sent(program, word)
            if sent is not None:
                yield sent


def _browse(program: str, arguments: list[str]) -> Iterator[Sent]:
    for word in arguments:
        if word.startswith(("http://", "https://")):
            sent = _sent(program, word, method="GET", user_agent="Mozilla/", kind="navigation")
            if sent is not None:
                yield sent


def _powershell(program: str, arguments: list[str]) -> Iterator[Sent]:
    for word in arguments:
        if word.startswith(("http://", "https://")):
            method = "HEAD" if "head" in [one.lower() for one in arguments] else "GET"
            sent = _sent(program, word, method=method, user_agent="Mozilla/5.0 (Windows NT")
            if sent is not None:
                yield sent


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
            sent = _sent(words[0].rpartition("/")[2], found["url"], waits=not socket, sure=0.7)
            if sent is not None:
                yield sent


def _code(arguments: list[str]) -> str | None:
    for row, word in enumerate(arguments[:-1]):
        if word in {"-c", "-e", "-r", "-p", "--eval", "--print", "eval", "-pe"}:
            return arguments[row + 1]
    return None


def _code_sent(program: str, code: str, language: str, expand: Callable[[str], str]) -> Iterator[Sent]:
    for one in opened(code, language):
        headers = {"Upgrade": "websocket"} if one.upgrade else {}
        sent = _sent(program, expand(one.url), method=one.method, user_agent=one.user_agent, headers=headers)
        if sent is not None:
            yield sent


def _options(arguments: Sequence[str], with_value: frozenset[str]) -> tuple[list[tuple[str, str]], list[str]]:
    """Return options with their values, and the other words; redirections are neither."""
    options: list[tuple[str, str]] = []
    words: list[str] = []
    at = 0
    while at < len(arguments):
        word = arguments[at]
        following = arguments[at + 1] if at + 1 < len(arguments) else ""
        at += 1
        if word in {">", "<"}:
            at += 1
        elif word in {"|", "||", "&&", ";"}:
            break
        elif word.startswith("--"):
            name, equals, value = word.partition("=")
            takes = not equals and name in with_value
            options.append((name, following if takes else value))
            at += takes
        elif word.startswith("-") and len(word) > 1:
            for row, letter in enumerate(word[1:], 1):
                rest = word[row + 1 :]
                if "-" + letter in with_value:
                    options.append(("-" + letter, rest or following))
                    at += not rest
                    break
                options.append(("-" + letter, ""))
        elif word:
            words.append(word)
    return options, words


def _fields(lines: object) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in lines:  # type: ignore[attr-defined]
        name, colon, value = line.partition(":")
        if colon and name.strip() and "/" not in name:
            found[name.strip()] = value.strip()
    return found


def _agent(headers: Mapping[str, str], default: str) -> str:
    return next((value for name, value in headers.items() if name.lower() == "user-agent"), default)


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
    "wait-for-it": _wait_for,
    "wait_for_it": _wait_for,
    "wait-for": _wait_for,
    "waitforit": _wait_for,
    "wait-on": _wait_on,
    "start-server-and-test": _server_test,
    "server-test": _server_test,
    "start-test": _server_test,
    "dockerize": _dockerize,
    "wait-port": _wait_port,
    "grpc_health_probe": _grpc,
    "grpc-health-probe": _grpc,
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
