"""Run by Python itself at its start, because `wsdoctor run` put this folder first on PYTHONPATH.

It puts the guard into the process if wsdoctor can be imported here, then runs the `sitecustomize` that would
have run without it. It stays first on PYTHONPATH for the processes that this one starts, and leaves nothing
else behind: no name, no entry of `sys.path`, no word on standard error.
"""


def _begin() -> None:
    try:
        from wsdoctor.autostart import begin
    except Exception:  # noqa: BLE001 - another interpreter, or one too old: the command runs as it would without us
        return
    begin()


def _give_way() -> None:
    """Take this folder off the path and run the next `sitecustomize`, which then has this one's name."""
    import os
    import sys
    from importlib import import_module

    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or os.curdir) != here]
    sys.path_importer_cache.pop(here, None)
    ours = sys.modules.pop("sitecustomize", None)
    try:
        import_module("sitecustomize")
    except ModuleNotFoundError as error:
        if error.name != "sitecustomize":
            raise
        if ours is not None:
            sys.modules["sitecustomize"] = ours


try:
    _begin()
finally:
    _give_way()
