"""A mirror: the servers' files, laid out as their makers publish them, built from source.

The same bytes on every machine, so that a product's lock can name them by their sha256. Nothing
is compressed: what a compressor writes depends on its version.
"""

from __future__ import annotations

import hashlib
import shutil
import tarfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from testbed.build import binaries, cache_lock
from testbed.parts import PARTS

PLATFORM = "linux-amd64"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the oldest time that a zip archive can say
Content = Sequence[tuple[str, Path]]


@dataclass(frozen=True)
class Offer:
    """One file of a mirror: its name, and the parts in it by the names of its members."""

    name: str
    members: tuple[tuple[str, str], ...]
    write: Callable[[Path, Content], None]


def offers() -> tuple[Offer, ...]:
    """What a mirror holds."""
    return (
        _tarball("node_exporter", "node_exporter"),
        _tarball("alertmanager", "alertmanager", "amtool"),
        _tarball("prometheus", "prometheus", "promtool"),
        Offer("minio", (("minio", "minio"),), _bare),
        Offer(f"loki-{PLATFORM}.zip", ((f"loki-{PLATFORM}", "loki"),), _zip),
    )


def fill(folder: Path) -> None:
    """Bring a folder to what `offers` says; a file that is there from the same source stays."""
    folder.mkdir(parents=True, exist_ok=True)
    for offer in offers():
        built = binaries([part for _member, part in offer.members])
        content = [(member, built[part]) for member, part in offer.members]
        with cache_lock("mirror"):
            _write(folder, offer, content)
    sums = [f"{_sha256(folder / offer.name)}  {offer.name}\n" for offer in offers()]
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")
    print("".join(sums), end="", flush=True)


def _write(folder: Path, offer: Offer, content: Content) -> None:
    """The name of a built program's folder tells what it was built from."""
    origin = "".join(f"{path.parent.name}\n" for _member, path in content)
    stamp, target = folder / f".{offer.name}.origin", folder / offer.name
    if target.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == origin:
        return
    unfinished = folder / f".{offer.name}.unfinished"
    offer.write(unfinished, content)
    unfinished.replace(target)
    stamp.write_text(origin, encoding="utf-8")


def _tarball(name: str, *parts: str) -> Offer:
    top = f"{name}-{PARTS[name].release}.{PLATFORM}"
    return Offer(f"{top}.tar", tuple((f"{top}/{part}", part) for part in parts), _tar)


def _tar(path: Path, content: Content) -> None:
    with tarfile.open(path, mode="w", format=tarfile.USTAR_FORMAT) as file:
        for member, source in content:
            entry = tarfile.TarInfo(member)
            entry.size, entry.mode = source.stat().st_size, 0o755
            with source.open("rb") as bytes_of_source:
                file.addfile(entry, bytes_of_source)


def _zip(path: Path, content: Content) -> None:
    with zipfile.ZipFile(path, "w") as file:
        for member, source in content:
            entry = zipfile.ZipInfo(member, EPOCH)
            entry.external_attr = 0o755 << 16
            file.writestr(entry, source.read_bytes())


def _bare(path: Path, content: Content) -> None:
    shutil.copyfile(content[0][1], path)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
