"""Programs of files: where a file comes from, what is taken out of it, what is refused."""

from __future__ import annotations

import hashlib
import io
import tarfile
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.artifact.problem import (
    ArtifactError,
)
from ansible_collections.stratum.platform.plugins.module_utils.artifact.programs import (
    File,
    programs,
)

CONTENT = {"relay-1.2/relay": b"the relay", "relay-1.2/relayctl": b"its tool"}
NAME = "relay-1.2.tar.gz"


def tarball(path: Path) -> Path:
    with tarfile.open(path, "w:gz") as file:
        for name, content in CONTENT.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            file.addfile(member, io.BytesIO(content))
    return path


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    folder = tmp_path / "mirror"
    folder.mkdir()
    tarball(folder / NAME)
    return folder


@pytest.fixture
def file(mirror: Path) -> File:
    return File(NAME, sha256(mirror / NAME), programs={"relay": "*/relay"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "artifacts"


def contents(found: dict[str, Path]) -> dict[str, bytes]:
    return {name: path.read_bytes() for name, path in found.items()}


def test_programs_are_taken_out_of_an_archive_once(file: File, folder: Path, mirror: Path) -> None:
    wanted = replace(file, programs={"relay": "*/relay", "ctl": "*/relayctl"})
    found, made = programs(wanted, folder, mirror)
    assert (contents(found), made) == ({"relay": b"the relay", "ctl": b"its tool"}, True)
    (mirror / NAME).unlink()
    assert programs(wanted, folder, mirror) == (found, False)


def test_a_zip_archive_is_read_as_well(folder: Path, mirror: Path) -> None:
    with ZipFile(mirror / "relay.zip", "w") as zipped:
        zipped.writestr("relay-linux-amd64", b"zipped")
    wanted = File("relay.zip", sha256(mirror / "relay.zip"), programs={"relay": "relay-linux-*"})
    assert contents(programs(wanted, folder, mirror)[0]) == {"relay": b"zipped"}


def test_a_file_without_members_is_the_program(folder: Path, mirror: Path) -> None:
    (mirror / "relay").write_bytes(b"bare")
    wanted = File("relay", sha256(mirror / "relay"))
    assert contents(programs(wanted, folder, mirror)[0]) == {"relay": b"bare"}


def test_without_a_mirror_it_is_fetched_from_its_address(
    file: File, folder: Path, mirror: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    found, _made = programs(replace(file, url=f"file://{mirror / NAME}"), folder)
    assert contents(found) == {"relay": b"the relay"}


def said(file: File, folder: Path, mirror: Path | None) -> str:
    with pytest.raises(ArtifactError) as error:
        programs(file, folder, mirror)
    return str(error.value)


def test_what_a_mirror_lacks_is_named(file: File, folder: Path, tmp_path: Path) -> None:
    assert said(file, folder, tmp_path) == (
        f"{tmp_path}: the mirror has no {NAME}\n"
        f"  put it there (sha256 {file.sha256}), or name no mirror"
    )


def test_another_file_in_the_mirror_is_refused(file: File, folder: Path, mirror: Path) -> None:
    wanted = replace(file, sha256="0" * 64)
    assert said(wanted, folder, mirror) == (
        f"{mirror / NAME}: its sha256 is {file.sha256}, not {'0' * 64}\n"
        "  find out why it differs, and put the right one there"
    )


def test_a_file_from_nowhere_is_refused(file: File, folder: Path) -> None:
    assert said(file, folder, None) == (
        f"{NAME}: it has no address, and no mirror is named\n"
        f"  give its url, or a mirror that holds it (sha256 {file.sha256})"
    )


@pytest.mark.parametrize(
    ("pattern", "what"),
    [
        ("*/other", "none of its files are */other"),
        ("*/relay*", "2 of its files are */relay*"),
    ],
)
def test_a_pattern_names_one_member(
    pattern: str, what: str, file: File, folder: Path, mirror: Path
) -> None:
    assert said(replace(file, programs={"relay": pattern}), folder, mirror) == (
        f"{NAME}: {what}\n  correct the pattern; there are relay-1.2/relay, relay-1.2/relayctl"
    )


def test_what_is_no_archive_has_no_members(folder: Path, mirror: Path) -> None:
    (mirror / "relay").write_bytes(b"bare")
    wanted = File("relay", sha256(mirror / "relay"), programs={"relay": "*"})
    assert said(wanted, folder, mirror) == (
        "relay: it is no tar and no zip archive\n  name no programs in it: it is one itself"
    )


def test_nothing_half_made_is_taken_for_made(file: File, folder: Path, mirror: Path) -> None:
    wanted = replace(file, programs={"relay": "*/relay", "zzz": "*/other"})
    first = said(wanted, folder, mirror)
    assert said(wanted, folder, mirror) == first
    assert not (folder / wanted.key).exists()
