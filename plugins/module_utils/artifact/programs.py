"""The programs of a file that was downloaded: itself, or members of an archive.

The file comes from a folder of the controller, a mirror, or from its address. Runs only on the
controller.
"""

from __future__ import annotations

import hashlib
import shutil
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import IO, cast

from ..run.state import private_folder
from .download import digest_of, fetch
from .folder import locked
from .problem import ArtifactError

Opener = Callable[[str], IO[bytes]]


@dataclass(frozen=True)
class File:
    """A file with programs in it.

    Args:
        name: of the file, as it lies in a mirror.
        sha256: of its content, 64 hexadecimal digits.
        url: where it is fetched where there is no mirror; may be empty.
        programs: of an archive, name of a program to the pattern of its member's path. Without
            any the file is the program, and has its name.
    """

    name: str
    sha256: str
    url: str = ""
    programs: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Names the folder of its programs: another file or choice of members, another key."""
        members = "".join(f"\n{name}={self.programs[name]}" for name in sorted(self.programs))
        return hashlib.sha256(f"{self.sha256}{members}".encode()).hexdigest()[:16]


def programs(file: File, folder: Path, mirror: Path | None = None) -> tuple[dict[str, Path], bool]:
    """The programs of a file by name, and whether they were made now.

    Raises:
        ArtifactError: the file cannot be had, is another one, or has no such member.
    """
    target = folder / file.key
    with locked(folder):
        made = not target.is_dir()
        if made:
            _extract(file, located(file, mirror), target)
    return {path.name: path for path in sorted(target.iterdir())}, made


def located(file: File, mirror: Path | None) -> Path:
    """Where the file itself lies on this machine, with the wanted content.

    Raises:
        ArtifactError: it cannot be had, or is another one.
    """
    if mirror is None and not file.url:
        cure = f"give its url, or a mirror that holds it (sha256 {file.sha256})"
        raise ArtifactError("it has no address, and no mirror is named", file.name, cure)
    if mirror is None:
        return fetch(file.url, file.sha256)
    path = mirror / file.name
    if not path.is_file():
        cure = f"put it there (sha256 {file.sha256}), or name no mirror"
        raise ArtifactError(f"the mirror has no {file.name}", str(mirror), cure)
    found = digest_of(path)
    if found != file.sha256:
        cure = "find out why it differs, and put the right one there"
        raise ArtifactError(f"its sha256 is {found}, not {file.sha256}", str(path), cure)
    return path


def _extract(file: File, source: Path, target: Path) -> None:
    work = target.with_suffix(".partial")
    shutil.rmtree(work, ignore_errors=True)
    private_folder(work)
    if not file.programs:
        shutil.copyfile(source, work / file.name)
    else:
        with _archive(source, file.name) as (members, opened):
            for name, pattern in sorted(file.programs.items()):
                member = _member(members, pattern, file.name)
                with opened(member) as content, (work / name).open("wb") as out:
                    shutil.copyfileobj(content, out)
    work.rename(target)


@contextmanager
def _archive(source: Path, name: str) -> Iterator[tuple[list[str], Opener]]:
    """The regular files of an archive, and what opens one."""
    if zipfile.is_zipfile(source):
        with zipfile.ZipFile(source) as zipped:
            yield [item.filename for item in zipped.infolist() if not item.is_dir()], zipped.open
    elif tarfile.is_tarfile(source):
        with tarfile.open(source) as tar:
            yield [item.name for item in tar if item.isreg()], _of_tar(tar)
    else:
        cure = "name no programs in it: it is one itself"
        raise ArtifactError("it is no tar and no zip archive", name, cure)


def _of_tar(tar: tarfile.TarFile) -> Opener:
    def opened(member: str) -> IO[bytes]:
        return cast("IO[bytes]", tar.extractfile(member))  # none only of what is no regular file

    return opened


def _member(members: list[str], pattern: str, name: str) -> str:
    found = [member for member in members if fnmatchcase(member, pattern)]
    if len(found) != 1:
        listed = ", ".join(sorted(found or members)[:8])
        what = f"{len(found) or 'none'} of its files are {pattern}"
        raise ArtifactError(what, name, f"correct the pattern; there are {listed}")
    return found[0]
