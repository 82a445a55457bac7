"""A folder or file inspected, with what judges being loaded while other processes read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wsdoctor.files.listing import Listing
    from wsdoctor.model.inspection import Inspection
    from wsdoctor.model.rule import Rule

__all__ = ["inspected"]


def inspected(
    root: str,
    rules: Callable[[], Mapping[str, Rule]],
    *,
    listed: Callable[[str], Listing],
    progress: Callable[[int, int], object],
    cached: bool,
) -> Inspection:
    """Return what `wsdoctor.investigate.inspect` does.

    Args:
        root: folder or file.
        rules: returns them by id.
        listed: lists a folder, such as `files.ahead.Ahead`.
        progress: called with files done and files to read.
        cached: whether results of unchanged trees are kept for the next time.

    Raises:
        InvalidInput: if the root does not exist or cannot be read.

    """
    from wsdoctor import inspectors

    def load() -> None:
        import wsdoctor.investigate  # noqa: F401 - to have it
        from wsdoctor.fixes import fixers

        rules()
        fixers()

    repository = inspectors.Repository(root, listed)
    cache = inspectors.user_cache() if cached else None
    declared = inspectors.declared(repository, progress=progress, cache=cache, meanwhile=load)
    from wsdoctor.investigate import judged

    return judged(root, repository, declared, rules())
