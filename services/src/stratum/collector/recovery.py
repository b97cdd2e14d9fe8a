"""What a start finds in the data directory: torn tails are cut, damaged segments are set aside.

Every good record ends in a sealed segment, whatever the state the last process left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stratum.collector.files import Files
from stratum.collector.record import Record, Scan, encode, scan, spans
from stratum.collector.segment import (
    Segment,
    hour_of,
    open_name,
    read_open_name,
    read_sealed_name,
)

WAL = "wal"
QUARANTINE = "quarantine"


@dataclass(frozen=True, slots=True)
class Held:
    """What the log knows of a sealed segment: its size and when its first record came."""

    size: int
    born_us: int


@dataclass(slots=True)
class Recovery:
    """`keys` are the deliveries in the segments, oldest first; `notes` are for the operator."""

    next_sequence: int
    sealed: dict[Segment, Held] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def recover(data_dir: Path, files: Files, fresh_sequence: int) -> Recovery:
    """`fresh_sequence` numbers the first record of an empty directory.

    Leaves exactly one open segment, an empty one, whose name is the next sequence number.
    """
    for folder in (data_dir, data_dir / WAL, data_dir / QUARANTINE):
        files.make_folder(folder)
    found = Recovery(next_sequence=0)
    for name in files.names(data_dir / WAL):
        _recover_file(data_dir, files, name, found)
    if not found.next_sequence:
        found.next_sequence = fresh_sequence
    _leave_one_open(data_dir / WAL, files, found.next_sequence)
    return found


def _recover_file(data_dir: Path, files: Files, name: str, found: Recovery) -> None:
    path = data_dir / WAL / name
    sealed, first = read_sealed_name(name), read_open_name(name)
    if sealed is None and first is None:
        if name.endswith(".tmp"):
            files.remove(path)
        else:
            found.notes.append(f"{path}: not a segment, left alone")
        return
    data = files.read(path)
    seen = scan(data)
    if first is not None:
        _recover_open(data_dir, files, path, first, data, seen, found)
    elif sealed is not None:
        if seen.clean and spans(seen.records, sealed.first, sealed.last):
            _count(found, sealed, len(data), seen.records)
        else:
            found.next_sequence = max(found.next_sequence, sealed.last + 1)
            _set_aside(data_dir, files, path, data, seen.records, found)


def _recover_open(
    data_dir: Path, files: Files, path: Path, first: int, data: bytes, seen: Scan, found: Recovery
) -> None:
    # What was cut off may have carried numbers that a client has seen: none is given out again.
    # A record takes more bytes than it has lines, so the size bounds the numbers.
    found.next_sequence = max(found.next_sequence, first + (0 if seen.clean else len(data)))
    if seen.damaged:
        _set_aside(data_dir, files, path, data, seen.records, found)
        return
    if seen.torn_at is not None:
        lost = len(data) - seen.torn_at
        found.notes.append(f"{path}: cut {lost} bytes of a record that was never acknowledged")
        files.truncate(path, seen.torn_at)
    if seen.records:
        _synchronise(files, path)
        segment = _segment_of(seen.records)
        files.rename(path, path.with_name(segment.name))
        _count(found, segment, seen.torn_at or len(data), seen.records)
        files.sync_folder(path.parent)


def _set_aside(
    data_dir: Path,
    files: Files,
    path: Path,
    data: bytes,
    records: Sequence[Record],
    found: Recovery,
) -> None:
    """Keep the damaged file for a person, and its good records in a sound segment."""
    copy = data_dir / QUARANTINE / f"{path.name}.damaged"
    _write_whole(files, copy, data)
    found.notes.append(f"{path}: damaged, kept as {copy}; {len(records)} records could be saved")
    if records:
        sound = b"".join(map(encode, records))
        segment = _segment_of(records)
        temporary = path.with_suffix(".tmp")
        _write_whole(files, temporary, sound)
        files.rename(temporary, path.with_name(segment.name))
        _count(found, segment, len(sound), records)
        if segment.name == path.name:
            files.sync_folder(path.parent)
            return
    files.sync_folder(path.parent)
    files.remove(path)
    files.sync_folder(path.parent)


def _leave_one_open(folder: Path, files: Files, next_sequence: int) -> None:
    wanted = open_name(next_sequence)
    files.append(folder / wanted).close()
    files.sync_folder(folder)
    for name in files.names(folder):
        if read_open_name(name) is not None and name != wanted:
            files.remove(folder / name)
    files.sync_folder(folder)


def _count(found: Recovery, segment: Segment, size: int, records: Sequence[Record]) -> None:
    found.sealed[segment] = Held(size, records[0].received_us)
    found.next_sequence = max(found.next_sequence, segment.last + 1)
    found.keys.extend(record.key for record in records if record.key)


def _segment_of(records: Sequence[Record]) -> Segment:
    return Segment(records[0].first, records[-1].last, hour_of(records[0].received_us))


def _write_whole(files: Files, path: Path, data: bytes) -> None:
    if path.name in files.names(path.parent):
        files.remove(path)
    handle = files.append(path)
    handle.write(data)
    handle.sync()
    handle.close()
    files.sync_folder(path.parent)


def _synchronise(files: Files, path: Path) -> None:
    handle = files.append(path)
    handle.sync()
    handle.close()
