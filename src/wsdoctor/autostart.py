"""Install the guard from the environment, quietly, as soon as a process has any use for it.

`wsdoctor run` starts every Python process of a command with this. A process that never imports asyncio pays
for a hook in the import system and nothing more.
"""

from __future__ import annotations

from contextlib import suppress

__all__ = ["begin"]


def begin() -> None:
    """Install the guard when asyncio is imported; never raises, never prints."""
    with suppress(Exception):
        from wsdoctor.listeners.on_import import when_imported

        when_imported("asyncio", _install)


def _install(_: object) -> None:
    from importlib import import_module

    with suppress(Exception):
        import_module("wsdoctor.installation").install()
