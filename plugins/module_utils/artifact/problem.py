"""What can go wrong with the files that an installation needs."""

from __future__ import annotations


class ArtifactError(Exception):
    """A file cannot be had, or is another one; says what, where, and how to mend it."""

    def __init__(self, what: str, where: str, cure: str) -> None:
        self.what = what
        self.where = where
        self.cure = cure
        super().__init__(f"{where}: {what}\n  {cure}")
