"""The files that the HTML pages carry in themselves, and what a Content-Security-Policy calls them.

Read from the package alone; the same for every page that is made of them.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache

__all__ = ["asset"]


@cache
def asset(*names: str) -> tuple[str, str]:
    """Return files of this package, one behind the other, and their hash in the form that a policy takes."""
    from importlib.resources import files  # slow to import, and commands import every renderer to know the names

    folder = files("wsdoctor.renderers") / "assets"
    content = "".join((folder / name).read_text(encoding="utf-8") for name in names)
    digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
    return content, f"'sha256-{digest}'"
