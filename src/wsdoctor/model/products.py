"""Names of products of somebody else: what listens in such an image, or at such a host, is not the repository's."""

from __future__ import annotations

import re

__all__ = ["somebody_elses"]

_PRODUCTS = frozenset(
    (
        "adminer", "alertmanager", "arangodb", "artifactory", "authelia", "authentik", "blackbox-exporter", "cadvisor",
        "caddy", "cassandra", "chronograf", "clickhouse-server", "cloudbeaver", "cockroach", "consul", "couchbase",
        "couchdb", "dex", "elasticsearch", "envoy", "etcd", "fluent-bit", "fluentd", "gitea", "gitlab-ce", "gitlab-ee",
        "grafana", "haproxy", "hasura", "httpbin", "httpd", "hydra", "influxdb", "jaeger", "jenkins", "jira-software",
        "kafka", "kafka-ui", "keycloak", "kibana", "kong", "kratos", "localstack", "loki", "mailhog", "mailpit",
        "mariadb", "meilisearch", "memcached", "metabase", "minio", "mongo", "mongo-express", "mongodb", "mysql",
        "nats", "neo4j", "nexus3", "nginx", "nginx-unprivileged", "node-exporter", "oauth2-proxy", "opensearch",
        "oryx", "otel-collector", "pgadmin4", "phpmyadmin", "portainer", "portainer-ce", "postgres", "postgresql",
        "postgrest", "prometheus", "promtail", "pulsar", "pushgateway", "rabbitmq", "redis", "redis-commander",
        "registry", "schema-registry", "selenium", "solr", "sonarqube", "superset", "swagger-editor", "swagger-ui",
        "tempo", "timescaledb", "traefik", "trino", "unleash-server", "vault", "wiremock", "wordpress", "zipkin",
        "zookeeper",
    )
)  # fmt: skip


def somebody_elses(image: str) -> bool:
    """Say whether an image, with or without registry, owner and tag, is one of a product that is run as it comes."""
    return re.split(r"[:@]", image.rpartition("/")[2])[0].lower() in _PRODUCTS
