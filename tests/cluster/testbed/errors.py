"""The one error of the test bed: what went wrong and how to mend it, for people to read."""

from __future__ import annotations


class BedError(Exception):
    def __init__(self, what: str, cure: str = "") -> None:
        super().__init__(f"{what}\n{cure}" if cure else what)
        self.what = what
        self.cure = cure
