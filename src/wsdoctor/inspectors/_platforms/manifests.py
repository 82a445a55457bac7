"""Kubernetes manifests, wherever they come from: files as they are, or what a chart or an overlay makes of them.

Probes, lifecycle hooks, Services and scrape annotations become declared traffic here; the inspectors of Kubernetes,
Helm and Kustomize bring the documents and say where each of their lines comes from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._platforms.cloud_routes import spoken
from wsdoctor.inspectors._platforms.cluster import Cluster, Service, Workload, cluster, flat, pairs, pod_of, template_of
from wsdoctor.inspectors._platforms.commands import read_words
from wsdoctor.inspectors._platforms.common import LOCAL, http_caller, port_number, seconds
from wsdoctor.inspectors._platforms.loadbalancers import load_balancers
from wsdoctor.inspectors._platforms.scrapes import blackbox_caller
from wsdoctor.inspectors._platforms.spoken import Spoken, add
from wsdoctor.inspectors._units import folder_named
from wsdoctor.inspectors._values import environment
from wsdoctor.model.products import somebody_elses
from wsdoctor.model.traffic import Address, Caller, Declared, Location, Note, PortMap, Unit
from wsdoctor.syntax._tree import Mapping, Node, Pair, Scalar, find, items, text

__all__ = ["Manifests"]

NAME = "kubernetes"
PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
DEFAULT_PERIOD = 10.0
DEFAULT_SCRAPE = 30.0

_Place = Callable[[Pair | Node], tuple[Location, tuple[Location, ...]]]


class Manifests:
    """Documents that belong together.

    Args:
        path: of the file that they come from.
        repository: that it is in.
        documents: of it.
        place: gives the location of a pair or node, and other places that have a part in it.
        whole: what they belong to, None = all plain manifests of the repository.

    """

    def __init__(
        self, path: str, repository: Repository, documents: list[Node], place: _Place, whole: Cluster | None = None
    ) -> None:
        self.path = path
        self.repository = repository
        self.place = place
        self.nodes = list(flat(documents))
        self.here = Cluster()
        self.whole = whole
        for node in self.nodes:
            self.here.add(node)
        self.found = Declared()

    def declare(self) -> Declared:
        """Return what the documents declare."""
        for node in self.nodes:
            kind = text(node, "kind") or ""
            if (pod := pod_of(node)) is not None:
                self.pod(node, pod)
            elif kind == "Service":
                self.service(node)
            elif kind in {"ServiceMonitor", "PodMonitor"}:
                self.monitor(node, kind)
            elif kind == "Probe":
                self.blackbox(node)
        self.found.callers += load_balancers(self.nodes, self.target, self.service_named, self.all.services, self.place)
        return self.found

    @property
    def all(self) -> Cluster:
        return self.whole or cluster(self.repository)

    def service_named(self, name: str | None) -> Service | None:
        """Return a Service by name, one of these documents before one of other files."""
        return self.here.service(name) or self.all.service(name)

    def target(self, service: Service, number: int, target: str) -> tuple[int | None, str | None]:
        """Return the port inside and the workload that a port of a Service stands for."""
        port, unit = self.here.target(service, number, target)
        if port is None or unit is None:
            far_port, far_unit = self.all.target(service, number, target)
            port, unit = (port if port is not None else far_port), unit or far_unit
        return port, unit

    def pod(self, node: Node, pod: Mapping) -> None:
        unit = text(node, "metadata", "name")
        workload = next(iter(self.here.named(unit or "")), Workload(unit or "", {}, {}))
        for key in ("containers", "initContainers"):
            for container in items(pod, key):
                if isinstance(container, Mapping):
                    self.container(container, unit, workload)
        if (text(node, "apiVersion") or "").startswith("serving.knative.dev/"):
            self.serverless(pod, unit)
        self.scraped(find(template_of(node), "metadata", "annotations"), unit)
        if text(pod, "hostNetwork") != "true":
            self.host_ports(pod, unit)
            if unit:
                self.found.units.append(self.unit(unit, node, pod))

    def serverless(self, pod: Mapping, unit: str | None) -> None:
        """Add that the container of a service of Cloud Run or Knative is spoken to in HTTP/2, by its port's name."""
        for container in items(pod, "containers"):
            for port in items(container, "ports"):
                if text(port, "name") == "h2c":
                    to = Address(LOCAL, port_number(text(port, "containerPort")) or 8080, unit)
                    named = port.pair("name") if isinstance(port, Mapping) else None
                    self.found.hops.append(spoken("knative", to, "h2c", self.place(named or port)[0]))

    def unit(self, name: str, node: Node, pod: Mapping) -> Unit:
        images = [image for each in items(pod, "containers") if (image := text(each, "image"))]
        folders = {folder_named(image, self.repository) for image in images} - {None}
        folder = folders.pop() if len(folders) == 1 else None
        own = not images or not all(somebody_elses(image) for image in images)
        return Unit(NAME, name, self.place(node)[0], folder=folder, own=own)

    def host_ports(self, pod: Mapping, unit: str | None) -> None:
        for container in items(pod, "containers"):
            for port in items(container, "ports"):
                outer, inner = port_number(text(port, "hostPort")), port_number(text(port, "containerPort"))
                if outer is not None and inner is not None:
                    self.found.maps.append(PortMap(NAME, (), outer, inner, unit, self.place(port)[0]))

    def container(self, container: Mapping, unit: str | None, workload: Workload) -> None:
        for name in PROBES:
            if (pair := container.pair(name)) is not None and isinstance(pair.value, Mapping):
                self.probe(pair, pair.value, container, unit, workload)
        for name in ("postStart", "preStop"):
            hook = find(container, "lifecycle", name)
            life = find(container, "lifecycle")
            pair = life.pair(name) if isinstance(life, Mapping) else None
            if isinstance(hook, Mapping) and pair is not None:
                self.probe(pair, hook, container, unit, workload, agent="kube-lifecycle/")
        self.command(container, unit)

    def command(self, container: Mapping, unit: str | None) -> None:
        """Add what a container does that waits for others, or that does nothing but call them."""
        given = [pair for key in ("command", "args") if (pair := container.pair(key)) is not None]
        written = [each for pair in given for each in items(pair.value) if isinstance(each, Scalar)]
        if not written:
            return
        lookup = self.lookup(container, unit)
        image = (text(container, "image") or "").rpartition("/")[2].partition(":")[0]
        words = ["curl"] if "curl" in image and container.pair("command") is None else []
        words += (_kubernetes_variables(each.text, lookup) for each in written)
        done = read_words(words, written[-1].first_line, lookup)
        location, also = self.place(given[-1]) if self.whole is not None else (None, ())
        add(self.found, done, self.repository, self.path, "shell", _kind, unit=unit, location=location, also=also)

    def probe(
        self,
        pair: Pair,
        node: Mapping,
        container: Mapping,
        unit: str | None,
        workload: Workload,
        agent: str = "kube-probe/",
    ) -> None:
        """Add the caller that a probe or a hook is."""
        location, also = self.place(pair)
        hook = agent != "kube-probe/"
        period = None if hook else seconds(text(node, "periodSeconds")) or DEFAULT_PERIOD
        for kind, protocol in (("httpGet", "http"), ("tcpSocket", "tcp"), ("grpc", "grpc")):
            action = node.get(kind)
            if not isinstance(action, Mapping):
                continue
            at_start = kind == "tcpSocket" and pair.key.text == "startupProbe"
            written = text(action, "port") or ""
            port = self.port(action.get("port") is None, written, container, workload)
            if port is None:
                if written:
                    self.found.notes.append(Note(location, f"no port of the pod is called {written!r}"))
                continue
            headers = {text(field, "name") or "": text(field, "value") or "" for field in items(action, "httpHeaders")}
            scheme = (text(action, "scheme") or protocol).lower() if kind == "httpGet" else protocol
            agent_sent = next((value for name, value in headers.items() if name.lower() == "user-agent"), agent)
            path = text(action, "path") or "/"
            host = text(action, "host") or LOCAL
            self.found.callers.append(
                http_caller(
                    NAME, Address(host, port, unit), location, path=path if path.startswith("/") else "/" + path,
                    protocol=scheme, user_agent=agent_sent, period=None if at_start else period, headers=headers,
                    also=also, unit=unit,
                )
            )  # fmt: skip
        command = [each.text for each in items(node, "exec", "command") if isinstance(each, Scalar)]
        if command and not hook:
            lookup = self.lookup(container, unit)
            words = [_kubernetes_variables(word, lookup) for word in command]
            done = read_words(words, pair.line, lookup)
            add(self.found, done, self.repository, self.path, NAME, lambda _: "health-check", unit=unit,
                location=location, period=period, also=also)  # fmt: skip

    def port(self, first: bool, written: str, container: Mapping, workload: Workload) -> int | None:
        """Return the number of a port that a probe names; one that names none means the first, as Knative has it."""
        if first:
            return port_number(text(container, "ports", 0, "containerPort"))
        number = port_number(written)
        if number is not None:
            return number
        for port in items(container, "ports"):
            if text(port, "name") == written:
                return port_number(text(port, "containerPort"))
        return workload.ports.get(written) or self.all.port(workload.name, written)

    def lookup(self, container: Mapping, unit: str | None) -> Callable[[str], str | None]:
        own = {text(each, "name"): text(each, "value") for each in items(container, "env")}
        known = environment(self.repository)

        def value(name: str) -> str | None:
            if own.get(name) is not None:
                return own[name]
            found = known.value(name, unit, self.path)
            return found[0] if found else None

        return value

    def service(self, node: Node) -> None:
        service = next((each for each in self.here.services if each.node is node), None)
        if service is None:
            return
        other = service.name if somebody_elses(service.name) else None
        if other is not None:
            self.found.units.append(Unit(NAME, other, self.place(node)[0], own=False))
        full = f"{service.name}.{service.namespace or 'default'}"
        names = (service.name, full, f"{full}.svc", f"{full}.svc.cluster.local")
        for port, label, number, target in service.ports:
            inner, unit = self.target(service, number, target)
            if inner is None:
                continue
            unit = unit or other
            location = self.place(port)[0]
            crossed = self.crossed(label, target, unit)
            self.found.maps.append(PortMap(NAME, names, number, inner, unit, location, public=crossed))
            if (node_port := port_number(text(port, "nodePort"))) is not None:
                self.found.maps.append(PortMap(NAME, (), node_port, inner, unit, location))
        workload = self.here.selected(service.selector) or self.all.selected(service.selector)
        self.scraped(service.annotations, None if workload is None else workload.name, service)

    def crossed(self, label: str, target: str, unit: str | None) -> bool:
        """Say whether a port of a Service for pages leads to a port of another name, past that of its own name."""
        if unit is None or label == target or label not in {"http", "web", "https"}:
            return False
        workload = next(
            (each for each in (*self.here.named(unit), *self.all.named(unit)) if target in each.ports), None
        )
        return workload is not None and label in workload.ports and workload.ports[label] != workload.ports[target]

    def scraped(self, annotations: Node | None, unit: str | None, service: Service | None = None) -> None:
        """Add the scrape that the customary annotations ask for."""
        given = pairs(annotations)
        if not isinstance(annotations, Mapping) or given.get("prometheus.io/scrape", "").lower() != "true":
            return
        port = port_number(given.get("prometheus.io/port"))
        pair = annotations.pair("prometheus.io/port") or annotations.pair("prometheus.io/scrape")
        if pair is None:
            return
        if port is None and service is not None and len(service.ports) == 1:
            port = self.target(service, service.ports[0][2], service.ports[0][3])[0]
        if port is None:
            return
        location, also = self.place(pair)
        path = given.get("prometheus.io/path") or "/metrics"
        self.found.callers.append(
            self.scrape(Address(LOCAL, port, unit), location, path, DEFAULT_SCRAPE, also,
                        given.get("prometheus.io/scheme", "http"))
        )  # fmt: skip

    def scrape(
        self, to: Address, location: Location, path: str, period: float | None, also: tuple[Location, ...],
        scheme: str = "http",
    ) -> Caller:  # fmt: skip
        return http_caller(
            "prometheus", to, location, path=path, protocol=scheme, user_agent="Prometheus/", period=period,
            kind="scrape", also=also,
        )  # fmt: skip

    def monitor(self, node: Node, kind: str) -> None:
        """Add the scrapes that a ServiceMonitor or a PodMonitor asks for."""
        selector = pairs(find(node, "spec", "selector", "matchLabels"))
        key = "endpoints" if kind == "ServiceMonitor" else "podMetricsEndpoints"
        for endpoint in items(node, "spec", key):
            location, also = self.place(endpoint)
            path = text(endpoint, "path") or "/metrics"
            period = seconds(text(endpoint, "interval")) or DEFAULT_SCRAPE
            scheme = text(endpoint, "scheme") or "http"
            for port, unit in self.monitored(endpoint, kind, selector):
                to = Address(LOCAL, port, unit)
                self.found.callers.append(self.scrape(to, location, path, period, also, scheme.lower()))

    def monitored(self, endpoint: Node, kind: str, selector: dict[str, str]) -> Iterator[tuple[int, str | None]]:
        name = text(endpoint, "port")
        target = text(endpoint, "targetPort")
        if kind == "ServiceMonitor":
            seen = [*self.here.services, *self.all.services]
            services = {
                each.name: each
                for each in seen
                if selector and all(each.labels.get(key) == value for key, value in selector.items())
            }
            for service in services.values():
                for _, label, number, inside in service.ports:
                    if name == label or (target and target in {inside, str(number)}):
                        port, unit = self.target(service, number, inside)
                        if port is not None:
                            yield port, unit
            return
        workload = self.here.selected(selector) or self.all.selected(selector)
        if workload is not None:
            port = workload.ports.get(name or target or "") or port_number(target)
            if port is not None:
                yield port, workload.name

    def blackbox(self, node: Node) -> None:
        """Add what a Probe of the Prometheus operator makes the blackbox exporter do."""
        module = text(node, "spec", "module") or "http_2xx"
        targets = find(node, "spec", "targets", "staticConfig")
        pair = targets.pair("static") if isinstance(targets, Mapping) else None
        period = seconds(text(node, "spec", "interval")) or DEFAULT_SCRAPE
        for item in items(targets, "static"):
            if not isinstance(item, Scalar) or pair is None:
                continue
            caller = blackbox_caller(item.text, module, self.place(item)[0], period)
            if caller is not None:
                self.found.callers.append(caller)


def _kind(spoken: Spoken) -> str:
    return "health-check" if spoken.waits and spoken.period and not spoken.sent.waits else "wait"


def _kubernetes_variables(word: str, value: Callable[[str], str | None]) -> str:
    """Put values in the place of ``$(NAME)``, as Kubernetes does in commands."""
    parts = word.split("$(")
    found = parts[0]
    for part in parts[1:]:
        name, close, rest = part.partition(")")
        known = value(name) if close and name.isidentifier() else None
        found += (known + rest) if known is not None else "$(" + part
    return found
