"""Writes the source tree that `inspection` measures over: twenty thousand files as a large repository has them.

The shares of languages, the sizes, the folders of others' code and how rarely anything deals with WebSockets follow
large public repositories; the words are made up. The same seed gives the same tree, byte for byte.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable, Iterator

from benchmarks import source_texts as texts

__all__ = ["FILES", "write_tree"]

FILES = 20_000

AREAS = (
    "accounts", "billing", "catalog", "checkout", "delivery", "editor", "exports", "forms", "gallery", "identity",
    "imports", "inventory", "ledger", "mailing", "metering", "orders", "payments", "planning", "portal", "pricing",
    "profiles", "reports", "returns", "rooms", "routing", "scheduling", "search", "shipping", "stock", "tickets",
)  # fmt: skip
LAYERS = ("core", "models", "views", "utils", "services", "components", "hooks", "store", "jobs", "api", "types", "lib")

Maker = Callable[[random.Random], str | bytes]
SHARES: tuple[tuple[float, str, str, Maker], ...] = (
    (0.210, "services/{area}/{layer}", "{word}_{n}.py", texts.python),
    (0.130, "web/src/{area}/{layer}", "{Word}{n}.tsx", texts.component),
    (0.105, "web/src/{area}/{layer}", "{word}{n}.ts", texts.typescript),
    (0.060, "legacy/{area}/js", "{word}-{n}.js", texts.javascript),
    (0.030, "admin/src/{area}", "{Word}{n}.vue", texts.vue),
    (0.020, "admin/src/{area}", "{Word}{n}.jsx", texts.component),
    (0.085, "go/{area}/{layer}", "{word}_{n}.go", texts.go),
    (0.065, "docs/{area}", "{word}-{n}.md", texts.markdown),
    (0.030, "deploy/{area}/base", "{word}-{n}.yaml", texts.manifest),
    (0.030, "web/locales/{area}", "{word}-{n}.yml", texts.words_as_yaml),
    (0.055, "web/locales/{area}", "{word}-{n}.json", texts.words_as_json),
    (0.030, "services/{area}/templates", "{word}-{n}.html", texts.page),
    (0.040, "web/src/{area}/styles", "{word}-{n}.scss", texts.style),
    (0.020, "java/{area}/src", "{Word}{n}.java", texts.java),
    (0.010, "proto/{area}", "{word}_{n}.proto", texts.proto),
    (0.006, "scripts/{area}", "{word}-{n}.sh", texts.script),
    (0.004, "infra/{area}", "{word}_{n}.tf", texts.terraform),
    (0.012, "web/public/{area}", "{word}-{n}.svg", texts.drawing),
    (0.020, "web/public/{area}", "{word}-{n}.png", texts.binary),
    (0.008, "web/public/{area}", "{word}-{n}.min.js", texts.minified),
    (0.010, "web/node_modules/{word}-{n}", "index.js", texts.javascript),
    (0.010, "go/vendor/{area}/{word}", "{word}_{n}.go", texts.go),
)
"""Share, folder, name, and what makes the text."""

SINGLES: tuple[tuple[int, str, Maker], ...] = (
    (60, "services/{area}/Dockerfile", texts.dockerfile),
    (20, "services/{area}/docker-compose.yml", texts.compose),
    (30, "services/{area}/requirements.txt", texts.requirements),
    (30, "web/src/{area}/package.json", texts.package),
    (12, "deploy/{area}/nginx.conf", texts.nginx),
    (20, ".github/workflows/{area}.yml", texts.workflow),
    (30, "services/{area}/realtime.py", texts.websocket_server),
    (30, "web/src/{area}/realtime.ts", texts.websocket_client),
    (20, "go/{area}/hub.go", texts.websocket_go),
    (20, "services/{area}/tests/test_realtime.py", texts.websocket_test),
)
"""How many of the areas have one, path, and what makes the text: among them all that speaks WebSocket."""


def _paths(count: int, source: random.Random) -> Iterator[tuple[str, Maker]]:
    singles = [(path.format(area=area), make) for number, path, make in SINGLES for area in AREAS[:number]]
    rest = max(count - len(singles), 0)
    yield from singles[:count]
    made = 0
    for share, folder, name, make in SHARES:
        last = (share, folder, name, make) == SHARES[-1]
        for number in range(rest - made if last else min(round(share * rest), rest - made)):
            made += 1
            word = source.choice(texts.NOUNS)
            values = {
                "area": AREAS[number % len(AREAS)],
                "layer": source.choice(LAYERS),
                "word": word,
                "Word": word.capitalize(),
                "n": number,
            }
            yield f"{folder}/{name}".format(**values), make


def write_tree(root: str, files: int = FILES, seed: int = 1) -> int:
    """Write a tree into an empty folder and return its bytes."""
    source = random.Random(seed)
    written = 0
    made: set[str] = set()
    for path, make in _paths(files, source):
        full = os.path.join(root, path)
        folder = os.path.dirname(full)
        if folder not in made:
            os.makedirs(folder, exist_ok=True)
            made.add(folder)
        text = make(source)
        data = text if isinstance(text, bytes) else text.encode()
        with open(full, "wb") as file:
            file.write(data)
        written += len(data)
    return written


if __name__ == "__main__":
    print(f"{write_tree(sys.argv[1]):,} bytes")
