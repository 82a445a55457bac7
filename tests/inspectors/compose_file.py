"""A compose file with the usual shapes, for the tests of units and of variables."""

COMPOSE = """
    x-common: &common
      restart: always
    services:
      ws:
        <<: *common
        build: ./realtime
        environment:
          WS_PORT: ${PORT_OF_WS}
          MODE: "${MODE:-fast}"
          OPEN: ${NOWHERE}
        env_file:
          - shared.env
      api:
        build:
          context: .
          dockerfile: api.Dockerfile
          args: {LEVEL: "3"}
        environment: ["API_PORT=5000", FLAG]
      jobs:
        build: {context: .}
        command: python -m jobs.run
      proxy:
        image: nginx:1.27
        volumes: ["./deploy/nginx.conf:/etc/nginx/nginx.conf:ro", {type: bind, source: ./site, target: /site}]
"""
