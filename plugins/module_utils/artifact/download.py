"""Files from an address, fetched once and kept under their sha256."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException, HTTPMessage, HTTPResponse
from pathlib import Path
from typing import IO
from urllib.parse import unquote, urlsplit

from .problem import ArtifactError

TIMEOUT_SECONDS = 30.0
REDIRECTS = 5
CHUNK = 1 << 20
SIZE_LIMIT = 2 << 30  # bytes; an answer may be without an end
SHA256 = re.compile(r"[0-9a-f]{64}")


def fetch(url: str, sha256: str, folder: Path | None = None) -> Path:
    """The file at an address, from the cache or now.

    Args:
        url: `https://`, `http://` or `file://`.
        sha256: of its content, 64 hexadecimal digits.
        folder: the cache; by default the user's.

    Raises:
        ArtifactError: it cannot be had, or is another file.
    """
    wanted = sha256.lower().removeprefix("sha256:")
    _check(url, wanted)
    name = re.sub(r"[^\w.+-]", "_", unquote(urlsplit(url).path).rpartition("/")[2]) or "download"
    target = (folder or cache()) / wanted / name
    if target.is_file() and digest_of(target) == wanted:
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        return _fetched(url, wanted, target)
    except OSError as error:
        cure = "make room for it, or set XDG_CACHE_HOME to a folder that can be written"
        raise ArtifactError(f"it cannot be kept: {error}", _shown(url), cure) from error


def cache() -> Path:
    """Where downloads are kept."""
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "stratum" / "downloads"


def _check(url: str, sha256: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https", "file") or not (parts.netloc or parts.path):
        cure = "write it as https://…, http://… or file:///…"
        raise ArtifactError("is not an address that can be fetched", _shown(url), cure)
    if "@" in parts.netloc:
        cure = "take the user and password out of the address: they would be shown and kept"
        raise ArtifactError("holds credentials", _shown(url), cure)
    if not SHA256.fullmatch(sha256):
        cure = "write the 64 hexadecimal digits that `sha256sum` prints"
        raise ArtifactError(f"its sha256 is {sha256!r}", _shown(url), cure)


def _fetched(url: str, wanted: str, target: Path) -> Path:
    """Into a file beside the target, which gets its name only when it is whole and right."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".part-")
    try:
        digest = hashlib.sha256()
        with os.fdopen(handle, "wb") as file:
            for chunk in _chunks(url):
                digest.update(chunk)
                file.write(chunk)
        if digest.hexdigest() != wanted:
            raise ArtifactError(
                f"its sha256 is {digest.hexdigest()}, not {wanted}",
                _shown(url),
                "find out why it changed; if the new one is right, write its sha256",
            )
        Path(name).replace(target)
    finally:
        Path(name).unlink(missing_ok=True)
    return target


def _chunks(url: str) -> Iterator[bytes]:
    opener = urllib.request.build_opener(Redirects())
    request = urllib.request.Request(url, headers={"User-Agent": "stratum"})
    try:
        with opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
            yield from _read(answer, url)
    except urllib.error.HTTPError as error:
        raise _unreachable(url, f"the server answers {error.code} {error.reason}") from error
    except (urllib.error.URLError, HTTPException, TimeoutError, ConnectionError) as error:
        reason = getattr(error, "reason", error)
        said = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
        raise _unreachable(url, f"it cannot be fetched: {said}") from error


def _read(answer: HTTPResponse, url: str) -> Iterator[bytes]:
    length, seen = answer.headers.get("Content-Length"), 0
    while chunk := answer.read(CHUNK):
        seen += len(chunk)
        if seen > SIZE_LIMIT:
            raise _unreachable(url, f"it is larger than {SIZE_LIMIT >> 30} GiB")
        yield chunk
    if length is not None and seen < int(length):
        raise _unreachable(url, f"it was cut off after {seen} of {length} bytes")


class Redirects(urllib.request.HTTPRedirectHandler):
    """Follows where a server leads, but never from TLS to plain text, nor to another scheme."""

    max_redirections = REDIRECTS

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        scheme = urlsplit(newurl).scheme
        if scheme not in ("http", "https") or (req.type == "https" and scheme != "https"):
            raise _unreachable(req.full_url, f"the server leads to {_shown(newurl)}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _unreachable(url: str, what: str) -> ArtifactError:
    cure = "correct the address, or put the file where this machine reaches it (file:// works too)"
    return ArtifactError(what, _shown(url), cure)


def _shown(url: str) -> str:
    """An address without what may be secret in it."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=host, query="", fragment="").geturl()


def digest_of(path: Path) -> str:
    """The sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
