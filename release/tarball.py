"""A collection tarball whose bytes depend on its files alone, not on when or where it was built.

ansible-galaxy lists files in the order of the disk and stamps them with their times.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any


def normalise(built: Path, target: Path, time: int) -> None:
    """Write the tarball that ansible-galaxy built again: sorted, and with one time for all."""
    with tarfile.open(built) as archive:
        entries = {member.name: (member, _content(archive, member)) for member in archive}
    files = json.loads(entries["FILES.json"][1])
    files["files"].sort(key=lambda entry: entry["name"])
    listing = _json(files)
    manifest = json.loads(entries["MANIFEST.json"][1])
    manifest["file_manifest_file"]["chksum_sha256"] = hashlib.sha256(listing).hexdigest()
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.GNU_FORMAT) as archive:
        # These two first: galaxy servers read them without unpacking the rest.
        _add(archive, "MANIFEST.json", _json(manifest), time)
        _add(archive, "FILES.json", listing, time)
        for name, member, content in _others(entries):
            _add(archive, name, content, time, mode=member.mode, kind=member.type)
    with target.open("wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
        packed.write(plain.getvalue())


def checksum(path: Path) -> str:
    """The sha256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _others(
    entries: Mapping[str, tuple[tarfile.TarInfo, bytes]],
) -> Iterator[tuple[str, tarfile.TarInfo, bytes]]:
    for name in sorted(entries):
        member, content = entries[name]
        if not (member.isfile() or member.isdir()):
            raise ValueError(f"{name} is neither a file nor a folder; the collection has no links")
        if name not in ("MANIFEST.json", "FILES.json"):
            yield name, member, content


def _add(
    archive: tarfile.TarFile,
    name: str,
    content: bytes,
    time: int,
    mode: int = 0o644,
    kind: bytes = tarfile.REGTYPE,
) -> None:
    entry = tarfile.TarInfo(name)
    entry.type, entry.mode, entry.size, entry.mtime = kind, mode, len(content), time
    archive.addfile(entry, io.BytesIO(content))


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(member) if member.isfile() else None
    return file.read() if file else b""


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, indent=1).encode()
