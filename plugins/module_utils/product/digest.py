"""A digest of files: their paths and contents, whatever the order they come in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def digest(files: Iterable[tuple[str, bytes]]) -> str:
    """The sha256 in hex over relative paths and contents."""
    total = hashlib.sha256()
    for path, content in sorted(files):
        # The lengths keep two different sets of files from running into the same bytes.
        total.update(f"{len(path)} {path} {len(content)}\n".encode())
        total.update(content)
    return total.hexdigest()


def combined(parts: Iterable[tuple[str, str]]) -> str:
    """One digest of several named digests."""
    return digest((name, value.encode()) for name, value in parts)
