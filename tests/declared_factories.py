"""Small builders of declared traffic, inspections and investigations, for tests."""

from __future__ import annotations

from typing import Any

from tests.factories import finding, group, nginx_rule
from wsdoctor.model.finding import RepositoryFinding
from wsdoctor.model.inspection import Answer, Explained, Inspection, Investigation
from wsdoctor.model.rule import Rule
from wsdoctor.model.traffic import Address, Caller, Declared, Hop, Listener, Location, Note, Page, PortMap, Unit


def location(file: str = "server.py", line: int = 31, **fields: Any) -> Location:
    """Return a place in a file."""
    return Location(file, line, **({"text": f"line {line} of {file}"} | fields))


def listener(port: int | None = 8080, unit: str | None = None, **fields: Any) -> Listener:
    """Return a listener; by default a WebSocket server on 8080."""
    facts: dict[str, Any] = {"speaks": "websocket", "location": location(), "framework": "websockets"}
    return Listener(port, unit=unit, **(facts | fields))


def caller(host: str | None = "localhost", port: int | None = 8080, unit: str | None = None, **fields: Any) -> Caller:
    """Return a caller; by default a Kubernetes probe of GET /healthz every ten seconds."""
    facts: dict[str, Any] = {
        "product": "kubernetes",
        "kind": "health-check",
        "protocol": "http",
        "location": location("deploy/k8s.yaml", 41, text="httpGet:", column=11),
        "path": "/healthz",
        "method": "GET",
        "user_agent": "kube-probe/",
        "period": 10.0,
    }
    return Caller(to=Address(host, port, unit), unit=unit, **(facts | fields))


def hop(host: str | None = "localhost", port: int | None = 8080, unit: str | None = None, **fields: Any) -> Hop:
    """Return a hop; by default an nginx location that loses the handshake."""
    facts: dict[str, Any] = {
        "product": "nginx",
        "scheme": "http",
        "location": location("deploy/nginx.conf", 12, text="proxy_pass http://localhost:8080;", end_line=15),
        "listens": (80,),
        "path": "/ws/",
        "forwards_upgrade": False,
        "lacks": ("upgrade", "connection"),
    }
    return Hop(to=Address(host, port, unit), unit=unit, **(facts | fields))


def port_map(
    outer: int = 80, inner: int = 8080, unit: str | None = None, names: tuple[str, ...] = (), **fields: Any
) -> PortMap:
    """Return a port map; by default the public port 80 of a platform."""
    facts: dict[str, Any] = {"product": "replit", "location": location(".replit", 7, text="externalPort = 80")}
    return PortMap(names=names, outer=outer, inner=inner, unit=unit, **(facts | fields))


def unit(name: str, product: str = "compose", names: tuple[str, ...] = (), **fields: Any) -> Unit:
    """Return a unit; by default a compose service that is reached by nothing."""
    return Unit(product, name, **({"location": location("compose.yaml", 2), "names": names or (name,)} | fields))


def declared(*traffic: Listener | PortMap | Hop | Caller | Page | Note | Unit) -> Declared:
    """Return all that as declared traffic."""
    found = Declared()
    for each in traffic:
        match each:
            case Listener():
                found.listeners.append(each)
            case PortMap():
                found.maps.append(each)
            case Hop():
                found.hops.append(each)
            case Caller():
                found.callers.append(each)
            case Page():
                found.pages.append(each)
            case Unit():
                found.units.append(each)
            case Note():
                found.notes.append(each)
    return found


def repository_finding(
    rule: str = "kubernetes-probe", file: str = "deploy/k8s.yaml", line: int = 41, **fields: Any
) -> RepositoryFinding:
    """Return a finding; by default a Kubernetes probe."""
    facts: dict[str, Any] = {
        "cls": "health-check",
        "level": "warning",
        "confidence": 0.9,
        "location": location(file, line, text="httpGet:", column=11),
        "message": "kubernetes sends GET /healthz every 10 s to port 8080, which speaks WebSocket and nothing else",
        "remedy": "Answer the path of the probe with 200, or let the kubelet check by TCP.",
        "port": 8080,
        "related": (location(),),
    }
    return RepositoryFinding(rule=rule, **(facts | fields))


def patch(file: str = "deploy/k8s.yaml") -> str:
    """Return a unified diff that makes a probe a TCP probe."""
    return f"--- a/{file}\n+++ b/{file}\n@@ -41,3 +41,2 @@\n-httpGet:\n-  path: /healthz\n+tcpSocket:\n   port: 8080\n"


def rules() -> dict[str, Rule]:
    """Return the rules of the sample inspection."""
    probe = nginx_rule(
        id="kubernetes-probe", title="Kubernetes probes the WebSocket port by HTTP", cls="health-check", supersedes=()
    )
    public = nginx_rule(id="public-port-ends-at-websocket-port", title="The public port", cls="misroute", supersedes=())
    return {rule.id: rule for rule in (probe, nginx_rule(supersedes=()), public)}


def sample_inspection(**fields: Any) -> Inspection:
    """Return an inspection with a probe, a hop and a public port that are wrong, and a hop that is right."""
    lost = repository_finding(
        "nginx-drops-upgrade",
        "deploy/nginx.conf",
        12,
        cls="proxy-strips-upgrade",
        level="error",
        location=hop().location,
        message="nginx hands /ws/ on to the WebSocket port 8080 by http, without the Upgrade field",
        remedy="Add the WebSocket lines to the location that handles this path.",
        patch="--- a/deploy/nginx.conf\n+++ b/deploy/nginx.conf\n@@ -12 +12,2 @@\n proxy_pass http://localhost:8080;\n"
        "+proxy_http_version 1.1;\n",
    )
    public = repository_finding(
        "public-port-ends-at-websocket-port", ".replit", 7, cls="misroute", location=port_map().location
    )
    right = hop(port=5000, path="/", websocket=False, location=location("deploy/nginx.conf", 20), lacks=())
    facts: dict[str, Any] = {
        "root": "shop",
        "files": 214,
        "skipped": {"binary": 3},
        "declared": declared(
            listener(),
            listener(5000, speaks="http", framework="flask", location=location("app.py", 9)),
            port_map(),
            hop(),
            right,
            caller(),
            caller(port=5000, product="requests", kind="client-code", location=location("poll.py", 4), period=None),
            Note(location("broken.py", 3), "cannot be read: invalid syntax"),
        ),
        "findings": (public, repository_finding(patch=patch()), lost),
    }
    return Inspection(**(facts | fields))


def explained(**fields: Any) -> Explained:
    """Return an explained group; by default that of a Kubernetes probe."""
    facts: dict[str, Any] = {
        "groups": (group(period=10.0, jitter=0.02),),
        "cls": "health-check",
        "rule": "kubernetes-probe",
        "confidence": 0.98,
        "locations": (location("deploy/k8s.yaml", 41, text="httpGet:"), location("values.yaml", 3)),
        "agreed": ("port 8080", "path /healthz", "every 10 s"),
        "cause": "120 attempts are sent by deploy/k8s.yaml:41: port 8080, path /healthz, every 10 s",
        "remedy": "Answer the path of the probe with 200, or let the kubelet check by TCP.",
        "patch": patch(),
    }
    return Explained(**(facts | fields))


def sample_investigation(**fields: Any) -> Investigation:
    """Return an investigation with an explained group, one from outside, one latent finding and five chapters."""
    scan = finding(
        "exploit-path",
        "scanner",
        "note",
        0.94,
        "A scanner looks for known holes",
        "GET /.env is no path of this server",
    )
    facts: dict[str, Any] = {
        "inspection": sample_inspection(),
        "explanations": (explained(),),
        "unexplained": (group("scan", 31, (scan,), peers=("192.0.2.200",), paths=("/.env",)),),
        "latent": (sample_inspection().findings[2],),
        "chapters": (
            Answer("Who sends the failed requests?", "151 attempts of 2 kinds.", ("120 times: Kubernetes probes",)),
            Answer("Does the HTTP side forward?", "Nothing of the kind was found.", ("nginx deploy/nginx.conf:12",)),
            Answer("Does every connection use ws:// or wss://?", "Nothing of the kind was found."),
            Answer(
                "Which health checks?", "deploy/k8s.yaml:41 sends 120 attempts.", ("kubernetes deploy/k8s.yaml:41",)
            ),
            Answer("What does the platform send?", "replit publishes 8080 as 80.", ("replit 80 to 8080, .replit:7",)),
        ),
        "verdict": "120 attempts are sent by 1 place of this project, 31 come from outside, and 1 place waits to send.",
    }
    return Investigation(**(facts | fields))
