"""From the records of a sealed segment to the raw objects of contracts §7: pure, the same bytes
for the same records.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from dataclasses import dataclass

from stratum.collector.record import Kind, Record
from stratum.collector.segment import Segment, number

PREFIXES = {Kind.EVENTS: "events", Kind.POINTS: "points", Kind.DEAD_LETTER: "dead_letter"}

# Level 6 halves the bytes of level 1 on JSON lines; higher ones only cost time.
LEVEL = 6


@dataclass(frozen=True, slots=True)
class RawObject:
    key: str
    body: bytes


def raw_objects(collector: str, segment: Segment, records: Iterable[Record]) -> list[RawObject]:
    """At most one object a kind, in the order events, points, dead letters."""
    lines: dict[Kind, list[bytes]] = {kind: [] for kind in PREFIXES}
    for record in records:
        lines[record.kind].append(record.lines)
    name = f"{collector}-{number(segment.first)}-{number(segment.last)}.jsonl.gz"
    return [
        RawObject(
            f"{prefix}/{segment.folder}/{name}",
            gzip.compress(b"".join(lines[kind]), LEVEL, mtime=0),
        )
        for kind, prefix in PREFIXES.items()
        if lines[kind]
    ]


def same_content(ours: bytes, theirs: bytes) -> bool:
    """Compares what is inside: another version of the compressor may write other bytes."""
    if ours == theirs:
        return True
    try:
        return gzip.decompress(ours) == gzip.decompress(theirs)
    except (OSError, EOFError):
        return False
