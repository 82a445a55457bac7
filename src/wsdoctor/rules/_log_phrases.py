"""The words of servers, proxies and clients, by the subject of which they speak.

Each subject lists phrases of several products as their sources print them, so that a rule is not tied to one of
them. Regular expressions without regard to case; `_log_text` looks for them, and what follows is up to the rules.
"""

from __future__ import annotations

__all__ = ["PHRASES"]

PHRASES: dict[str, tuple[str, ...]] = {
    "origin": (
        r"InvalidOrigin\b",
        r"invalid origin",
        r"cross[- ]origin (?:websocket|request)\w* (?:not|attempt|denied|blocked)",
        r"blocking cross[- ]origin",
        r"could not check origin",
        (
            r"\borigin\b.{0,120}?\b(?:not (?:an? )?(?:allowed|accepted|authori[sz]ed|permitted|trusted|valid)"
            r"|unauthori[sz]ed|disallowed|rejected|refused|denied|forbidden|blocked|mismatch)"
        ),
        r"(?:refus|reject|deny|denied|forbid|block|disallow)\w*\b.{0,160}?\borigin\b",
        r"untrusted origin",
        r"not an? (?:accepted|allowed|valid|trusted) origin",
        r"\bbad origin\b",
        r"invalid host/origin",
        r"url blocked because of cors",
        r"this host \(.{1,100}\) is not allowed|invalid host header|invalid host/origin header",
        r"\bOriginHandshakeInterceptor\b.{0,80}\brejected",
        r"\borigin\b.{0,80}does not match",
    ),
    "subprotocol": (
        r"sent non-empty 'Sec-WebSocket-Protocol' header but no response",
        r"'Sec-WebSocket-Protocol' header value .{0,80} in response does not match",
        (
            r"(?:no|missing|unsupported|invalid|unknown|multiple|mismatch\w*|not? (?:match|support"
            r"|accept)\w*).{0,30}sub-?protocols?\b"
        ),
        (
            r"sub-?protocols?.{0,40}(?:not (?:support|accept|match|allow|requested|among)\w*|mismatch|required"
            r"|unsupported|missing|invalid)"
        ),
        (
            r"Sec-WebSocket-Protocol.{0,60}(?:mismatch|not (?:support|request|match|includ)\w*|unsupported"
            r"|missing|unexpected|required)"
        ),
        r"(?:none of|server sent (?:a|no)) (?:the )?sub-?protocol",
        r"client protocols .{0,120}overlap server-known ones",
        r"requested '[^'\n]{0,80}' protocol\(s\), but server is only accepting",
        r"specified protocol was not requested by the client",
        r"'Sec-WebSocket-Protocol' header must not appear more than once",
        r"no_subprotocol\b|\bunrequested[_ ]subprotocol",
        r"client must support .{0,40}protocol",
        r"has ?n[o']t requested any sub-?protocol|\bprotocols mismatched\b|\bsub-?protocol is mandatory",
        r"\bweb ?socket protocol is mandatory",
        r"must not include 'Sec-WebSocket-Protocol'",
        r"no supported protocol\b",
        r"HS: (?:PROTOCOL malformed|Cannot match protocol)",
        r"requested protocol.{0,40}not (?:supported|available)",
        r"\bno Sec-WebSocket-Protocols? requested supported\b",
        r"protocol was not set in the opening handshake|server did not respond with a requested protocol",
        r"expected a Sec-WebSocket-Protocol header|unexpected Sec-WebSocket-Protocol from server",
        r"\binvalid Sec-WebSocket-Protocol header|\binvalid protocol (?:selected|chosen by server)\b",
        r"\bProtocol is unsupported\. Stopping monitor\b",
    ),
    "certificate": (
        r"no required ssl certificate was sent",
        r"peer did not return a certificate",
        r"client certificate (?:is )?required",
        r"certificate required",
        r"ssl certificate (?:verify )?error",
    ),
    "token": (
        (
            r"(?:\bjwt|\bticket|\bcredentials?|(?<!' )\btoken)\b.{0,40}\b(?:expired|invalid|revoked|missing|not"
            r" (?:valid|provided|present|supplied|given|sent)|malformed)"
        ),
        (
            r"(?:expired|invalid|missing|bad|malformed) (?:(?!upgrade|websocket|'|\")\w+ ){0,2}(?:token|jwt|ticket"
            r"|credentials?|api[_ -]?key)\b"
        ),
        r"session (?:has )?expired",
    ),
    "credentials": (
        r"\b401 unauthori[sz]ed\b",
        r"authentication (?:required|failed)",
        r"no valid credentials available",
        r"credentials were not provided",
        r"not authenticated",
        r"unauthenticated\b",
        r"login required",
        r"unauthori[sz]ed (?:connection|websocket|request)",
        r"permission denied for (?:user|websocket)",
        r"(?:bad|wrong|missing) (?:password|credentials)",
        r"proxy authentication required",
        r"auth\w* (?:failed|rejected|denied)",
        r"unable to upgrade connection: (?:unauthori[sz]ed|forbidden)",
        r"HS: ws upgrade unauthorized",
        r"refused connection to \S*socket\b",
        r"unauthori[sz]ed (?:connection )?attempt",
        r"(?:request with|login attempt with) invalid authentication",
        r"(?:could not verify the provided|invalid|missing|bad) (?:csrf|xsrf) token",
        r"failed CONNECT via proxy status: 407",
        r"\b4401: unauthorized|\bDisconnecting\. Reason: (?:unauthorized|invalid_request)\b",
    ),
    "library": (
        r"no supported websocket library",
        r"you need to use (?:the |a )?(?:eventlet|gevent)",
        r"unsupported upgrade request",
        r"websocket support (?:is )?(?:not|missing|unavailable)",
        r"websocket transport not available",
        r"websockets? (?:is|are) not supported by this server",
        r"failed to load .{0,40}websocket",
        r"no '(?:javax|jakarta)\.websocket\.server\.ServerContainer' ServletContext attribute",
        r"no suitable default RequestUpgradeStrategy",
        r"websocket protocol component .{0,40}not (?:enabled|installed)",
        r"you must install (?:a |an )?websocket",
        r"websocket protocol is not supported on this platform",
        r"server has not been configured to support websockets",
        r"\bHttpServletRequest\.upgrade\(\) not supported",
    ),
    "application": (
        r"can only handle asgi/http connections, not websocket",
        r"no application configured for scope type '?websocket",
        r"asgi 'lifespan'.{0,40}websocket",
        r"unknown scope type.{0,20}websocket",
        r"object .{0,30}not callable.{0,30}websocket",
        r"assert scope\[.type.\] (?:==|in) .{0,3}http\b",
        r"async support must be enabled on a servlet",
        (
            r"websockets? (?:is |are )?not (?:enabled|configured|supported) (?:by|in|for|on) (?:this|the) (?:app|server"
            r"|host)"
        ),
    ),
    "route": (
        r"no route found for path",
        r"no (?:websocket )?(?:route|handler|endpoint|namespace) (?:found |matches |registered |for )",
        r"websocket (?:route|endpoint|path|handler) not found",
        r"no such (?:websocket )?(?:endpoint|path|route)",
        r"no route matches \[GET\]",
        r"unable to find a route matching the specified path|no handler is configured to accept the connection",
        r"invalid namespace",
        r"websocket hand\w* ?shake failed, because the class does not exist",
    ),
    "foreign-path": (r"expected asgi message 'websocket\.\w+'.{0,120}but got 'http\.response\.start'",),
    "crash": (
        r"connection handler failed",
        r"write\(\) before start_response",
        r"process_request failed",
        r"unexpected internal error",
        r"exception in (?:asgi|websocket|wsgi)",
        r"error in (?:connection|websocket) handler",
        r"unhandled exception",
        r"\berror on request:\s*\ntraceback",
        r"internal server error",
        r"500 server error",
        r"attributeerror: ",
        r"exception inside application",
        r"panic(?:ked)?\b",
        r"importerror: ",
        r"modulenotfounderror: ",
        r"(?<![a-z])typeerror: ",
        r"keyerror: ",
        r"\b(?:NameError|RuntimeError|ImproperlyConfigured|AppRegistryNotReady|NoMethodError): ",
        r"\b(?:NullPointer|IllegalState|ClassNotFound|NullReference|InvalidOperation)Exception\b",
        r"\bNo(?:ClassDefFound|SuchMethod|SuchField)Error\b",
        r"\*\* \((?:UndefinedFunction|FunctionClause|KeyError|MatchError|Argument)\w*\)",
        r"argument #\d+ \(\$\w+\) must be of type",
        r"fatal error: uncaught",
        r"uncaught error: class \"[^\"\n]{1,120}\" not found",
        r"handleUpgrade\(\) was called more than once",
    ),
    "socketio-version": (
        r"trying to reach a socket\.io server in v\d",
        r"unsupported version of the socket\.io or engine\.io protocols",
        r"unsupported protocol version(?! \d)",
        r"protocol version \d .{0,40}not supported",
        r"EIO=\d.{0,60}(?:unsupported|not supported)",
    ),
    "socketio-transport": (
        r"transport unknown",
        r"bad handshake method",
        r"session id unknown",
        r"unknown transport",
        r"\binvalid transport(?= \(further occurrences| for session|$)|\bunknown sid \"",
        r"\binvalid session \S{1,40} \(further occurrences",
    ),
    "cors": (
        r"blocked by cors policy",
        r"access to (?:fetch|xmlhttprequest) at .{0,200}from origin",
        r"cors preflight",
        r"preflight request",
        r"cross-origin request blocked",
        r"reason: cors",
        r"\bCORS error\b",
    ),
    "accept": (
        (
            r"sec-websocket-accept(?:'| header)?.{0,60}(?:mismatch|invalid|incorrect|did ?n[o']t match|does not"
            r" match|missing|expected)"
        ),
        r"(?:invalid|incorrect|mismatch\w*|wrong|unexpected|missing).{0,30}sec-websocket-accept",
        r"sec-websocket-accept is wrong",
        r"challenge[- ]response.{0,30}(?:mismatch|invalid|failed)|\binvalid challenge(?: response\b|\. actual:)",
        r"Accept-Key received from server .{0,80}does not match|expected 'Sec-WebSocket-Accept' header value",
    ),
    "key": (
        (
            r"(?:missing|invalid|no|blank|empty|malformed|received no|bad"
            r"|without|unknown|provide a value for).{0,45}(?:sec-websocket-key\d?\b|websocket[- ]key)"
        ),
        (
            r"sec-websocket-key\d?['`\"|]?(?: header| field)?(?!.{0,60}service and can not be "
            r"accessed).{0,40}(?:missing|blank|invalid|absent|required|must"
            r"|not (?:found|present|valid|sent))"
        ),
        r"invalid: received no key",
        r"KeyError: b?['\"](?:HTTP_)?SEC[_-]WEBSOCKET[_-]KEY\d?['\"]",
        r"MissingSecWebSocketKey\b",
        r"b64decode\(key\)",
        r"bad Sec-WebSocket-Key",
        r"missing a key\b",
        r"\bwebsocket key's length is invalid|\billegal value for header sec-websocket-key\b",
        r"sec-websocket-key header appears more than once|\bmissing/invalid websocket headers\b",
        r"key missing or blank",
        r"b64decode\(key\.encode",
        r"sec-websocket-key is not (?:16 bytes|base64)",
        r"not a websocket request: missing key",
    ),
    "version": (
        r"\b(?:hixie|hybi)-?\d+",
        (
            r"\b(?:missing|invalid|unsupported|unknown|bad|wrong|no\b|provide a value for).{0,45}"
            r"(?:sec-websocket-version\b|websocket (?:client )?version|websocket protocol version)"
        ),
        (
            r"sec-websocket-version['`\"]?(?: header| field)?.{0,50}(?:missing|invalid|unsupported|absent|required|must"
            r"|not (?:found|supported|equal|include)|did ?n[o']t include)"
        ),
        r"unsupported version: .{0,40}sec-websocket-version",
        r"MissingSecWebSocketVersionHeader\b",
        r"version \d+ (?:is )?not supported",
        r"\billegal value for header sec-websocket-version\b|\bwebsocket version is required",
        r"\bunsupported protocol version \d|only supported websocket protocol is RFC 6455",
        r"assert get_header\('Sec-WebSocket-Version'\)",
        r"websocket version header is required",
        r"\bversion != 13\b",
        r"426 Upgrade Required\s+(?:[\w-]+: [^\n]*\n){0,12}?Sec-WebSocket-Version: \d+, \d+",
        r"unsupported version: \d+",
    ),
    "early-bytes": (r"assert not self\.eof_sent",),
    "too-large": (
        r"too many (?:http )?headers",
        r"header (?:fields? )?too (?:large|long)",
        r"line too long",
        r"request header fields too large",
        r"uri too long",
        r"request line is too large",
        r"limit request (?:line|fields)",
        r"got more than \d+ (?:headers|bytes when reading)",
        r"http request violated max_size",
        r"request-uri too long",
        r"delimiter .{0,40} not found within \d+ bytes",
    ),
    "upgrade": (
        r"'(?:upgrade|websocket)' token not found in '(?:Connection|Upgrade)'",
        r"can .?upgrade.? only to .?websocket",
        r".?Connection.? must be .?upgrade",
        r"invalid (?:Upgrade|Connection) header:? (?:null|\[close\b|\[?\]|none|nil|undefined|'')",
        r"bad \"(?:Upgrade|Connection)\" header",
        r"(?:missing|no|invalid or missing|missing or invalid) .?Upgrade.? (?:header|hdr)\b(?! for)",
        r"(?:missing|invalid) request header \"(?:upgrade|connection)\"",
        r"missing header, '(?:Upgrade|Connection): ",
        r"no \"(?:Connection: upgrade|Upgrade: websocket)\" header",
        (
            r"(?<!handshake: )(?<!handshake: ['\"`])\b(?:Upgrade|Connection)['\"`|]? (?:header|field)s? (?:\S{1,40} )?"
            r"(?:did ?n[o']t|does ?n[o']t|do not|must|is not) (?:include|contain|have|be)\w*\b"
        ),
        (
            r"(?<!handshake: ['\"`])\bUpgrade['\"`|]? (?:header|field) (?:is |was )?(?:missing|absent|required|not "
            r"(?:found"
            r"|present|sent|set))"
        ),
        r"\b(?:Connection|Upgrade) (?:header|field) is missing(?: the (?:upgrade|websocket) token)?",
        r"connection and upgrade headers? (?:are )?(?:required|missing)",
        r"connection: upgrade.? header required",
        r"'HTTP Connection header missing",
        r"HTTP Connection headers do not include .upgrade. value",
        r"uri: 'wss?://\S{1,200}'\s(?:[^\n]*\n){1,60}?[^\n]{0,80}(?:missing|invalid) Connection header",
        r"could not find (?:connection|upgrade) header with token '(?:upgrade|websocket)'",
        r"expected .?upgrade.? header",
        r"connection to '[^'\n]{1,300}' was not upgraded to websocket",
        r"expected (?:a )?(?:web ?socket upgrade|upgrade: websocket)\b",
        r"(?:web ?socket|connection) upgrade is (?:expected|required)",
        r"\bNo(?:Websocket|Connection)Upgrade\b|\bno connection upgrade\b",
        r"upgrade (?:!=|is not) websocket",
        r"upgrade request required",
        r"no upgrade state was present",
        r"did not contain the header .?Upgrade: websocket",
        (
            r"not a websocket (?:handshake )?(?:request|upgrade|handshake|connection)\b"
            r"(?! response|: (?:missing key|'sec-))"
        ),
        r"tried to switch protocol \"\" when \"websocket\" was requested",
        r"missing (?:the )?required headers?:? [^\n]{0,40}\b(?:connection|upgrade)\b",
        r"\bnot websocket protocol\b|missing or bad upgrade\b",
        r"not an upgrade request",
        r"did ?n[o']t ask for a connection upgrade|missing or incorrect upgrade header",
        r"\bno (?:connection upgrade|websocket upgrade) hdr\b|\billegal value for header (?:connection|upgrade)\b",
        r"(?:bad|not found) \"(?:upgrade|connection)\" request header",
        r"invalid Connection header \[keep-alive\]",
        r"\bUpgrade header MUST be provided\b|\bConnection Upgrade MUST be requested\b",
        r"\[WS-Server\](?:\[\d*\])?\[handleHeader\] no websocket connection",
        r"not websocket: upgrade = \w+",
        r"invalid ['\"](?:upgrade|connection)['\"] header(?!.{0,20}keep-alive, ?upgrade)",
        r"websocket upgrade failure\b(?!: (?:4(?:0[1347]|29)|5))",
        r"method not supported for web sockets",
        r"only websocket (?:connections|requests|upgrades) are (?:supported|allowed|accepted)",
        r"requires use of the websocket protocol",
        r"this is a websocket service and can not be accessed via http",
        r"this is a websocket (?:route|endpoint)",
        r"not a valid websocket (?:upgrade |handshake )?request",
        r"header HTTP_(?:UPGRADE|CONNECTION) is not defined",
        r"assert get_header\('Upgrade'\)|in get_header\('Connection'\)",
    ),
    "post": (
        r"Unsupported method \('(?:POST|PUT|PATCH|DELETE)'\)",
        r"expected GET; got (?:POST|PUT|PATCH|DELETE)\b",
        r'HTTP method "(?:POST|PUT|PATCH|DELETE)" not allowed',
    ),
    "options": (r"expected GET; got OPTIONS\b", r'HTTP method "OPTIONS" not allowed'),
}
