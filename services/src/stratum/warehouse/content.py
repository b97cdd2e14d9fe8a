"""Content codings of request and answer bodies, each with a bound on what it unfolds to."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Callable
from typing import Any

import lz4.frame

from stratum.warehouse.errors import TOO_LARGE, UNKNOWN_COMPRESSION, QueryError, refused

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

DECODERS: dict[str, Callable[[], Any]] = {
    "gzip": lambda: zlib.decompressobj(wbits=31),
    "deflate": zlib.decompressobj,
    "zstd": zstd.ZstdDecompressor,
    "lz4": lz4.frame.LZ4FrameDecompressor,
}
ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "zstd": lambda body: bytes(zstd.compress(body, 3)),
    "lz4": lambda body: bytes(lz4.frame.compress(body)),
    "gzip": lambda body: gzip.compress(body, 3, mtime=0),
    "deflate": lambda body: zlib.compress(body, 3),
}
BROKEN = (zlib.error, zstd.ZstdError, RuntimeError, EOFError)


def decode(body: bytes, coding: str, limit: int) -> bytes:
    """A body may be several compressed frames one after the other."""
    if coding in {"", "identity"}:
        return body
    if coding not in DECODERS:
        raise refused(
            UNKNOWN_COMPRESSION,
            f"Unknown compression method {coding!r}; known are {', '.join(sorted(DECODERS))}",
        )
    parts: list[bytes] = []
    left = limit
    while body:
        part, body = _decode_frame(body, coding, left)
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def choose_coding(accepted: str) -> str:
    """The first that the client names and we know; none if it names none."""
    for item in accepted.split(","):
        name, _, weight = item.strip().partition(";")
        if name in ENCODERS and weight.replace(" ", "") not in {"q=0", "q=0.0"}:
            return name
    return ""


def encode(body: bytes, coding: str) -> bytes:
    return ENCODERS[coding](body)


def too_large(limit: int) -> QueryError:
    return refused(TOO_LARGE, f"The request body is larger than {limit} bytes")


def _decode_frame(body: bytes, coding: str, left: int) -> tuple[bytes, bytes]:
    decoder = DECODERS[coding]()
    try:
        # One byte more than allowed is asked for, to tell a full body from one that is too large.
        part = bytes(decoder.decompress(body, left + 1))
    except BROKEN as error:
        raise refused(
            UNKNOWN_COMPRESSION, f"The request body is not valid {coding}: {error}"
        ) from error
    if len(part) > left:
        raise too_large(left)
    if not decoder.eof:
        raise refused(UNKNOWN_COMPRESSION, f"The request body is not valid {coding}: it is cut off")
    return part, decoder.unused_data or b""
