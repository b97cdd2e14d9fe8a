"""The built page: its files as they are, and `index.html` for every address it knows itself."""

from __future__ import annotations

import re
from pathlib import Path

from fastapi import Response
from starlette.responses import FileResponse

from stratum.console.refusals import answer

HASHED = re.compile(r"assets/.*-[A-Za-z0-9_-]{8,}\.\w+")
FOREVER = "public, max-age=31536000, immutable"
ASK_FIRST = "no-cache"


def page_response(page_dir: Path, path: str) -> Response:
    """A path with a dot in its last part is a file; any other is an address of the page."""
    file = _file(page_dir, path)
    if file is not None:
        caching = FOREVER if HASHED.fullmatch(path) else ASK_FIRST
        return FileResponse(file, headers={"Cache-Control": caching})
    if "." in path.rpartition("/")[2] or ".." in path:
        return answer(404, "not_found", "the page has no such file", where=f"/{path}")
    index = page_dir / "index.html"
    if not index.is_file():
        return answer(
            404,
            "page_missing",
            "the page has not been built",
            hint="build it, or set page_dir to the folder that holds its index.html",
            where="page_dir",
        )
    return FileResponse(index, headers={"Cache-Control": ASK_FIRST})


def _file(page_dir: Path, path: str) -> Path | None:
    """A file inside the folder only, wherever `..` or a link may lead."""
    if not path or "\0" in path:
        return None
    root = page_dir.resolve()
    file = (root / path).resolve()
    return file if file.is_relative_to(root) and file.is_file() else None
