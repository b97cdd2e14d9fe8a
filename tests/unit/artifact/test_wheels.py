"""Archives of wheels: what fits a machine, what an archive is named by, what is missing."""

from __future__ import annotations

import tarfile
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from zipfile import ZipFile

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.artifact.wheels import (
    Target,
    Wanted,
    WheelsError,
    archive,
)

TARGET = Target(python="3.11", machine="x86_64", glibc="2.17")


def wheel(folder: Path, name: str, number: str, tag: str = "py3-none-any") -> None:
    """A wheel with nothing in it."""
    folder.mkdir(exist_ok=True)
    info = f"{name}-{number}.dist-info"
    with ZipFile(folder / f"{name}-{number}-{tag}.whl", "w") as file:
        file.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {number}")
        file.writestr(f"{info}/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}")
        file.writestr(f"{info}/RECORD", "")


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    folder = tmp_path / "mirror"
    wheel(folder, "pip", version("pip"))
    wheel(folder, "relay", "1.2", "cp311-cp311-manylinux_2_12_x86_64")
    return folder


@pytest.fixture
def wanted(mirror: Path) -> Wanted:
    return Wanted(["relay"], None, "d1", TARGET, mirror)


def test_a_machine_takes_wheels_for_its_c_library_and_older_ones() -> None:
    found = TARGET.platforms
    assert (found[0], found[12]) == ("manylinux_2_17_x86_64", "manylinux_2_5_x86_64")
    assert found[13:] == [
        "manylinux2014_x86_64",
        "manylinux2010_x86_64",
        "manylinux1_x86_64",
        "linux_x86_64",
    ]


def test_an_archive_holds_all_that_a_machine_needs(wanted: Wanted, tmp_path: Path) -> None:
    path, made = archive(wanted, tmp_path / "wheels")
    with tarfile.open(path) as file:
        names = set(file.getnames())
    assert made
    assert names == {
        "constraints.txt",
        "pip.whl",
        "relay-1.2-cp311-cp311-manylinux_2_12_x86_64.whl",
        "requirements.txt",
    }


def test_an_archive_is_made_once(wanted: Wanted, tmp_path: Path) -> None:
    first, _made = archive(wanted, tmp_path / "wheels")
    assert archive(wanted, tmp_path / "wheels") == (first, False)


def test_another_content_takes_the_place_of_the_one_before(wanted: Wanted, tmp_path: Path) -> None:
    folder = tmp_path / "wheels"
    archive(wanted, folder)
    path, made = archive(replace(wanted, digest="d2"), folder)
    assert made
    assert list(folder.glob("*.tar")) == [path]


def test_a_wheel_that_the_mirror_lacks_is_named(wanted: Wanted, tmp_path: Path) -> None:
    lacking = replace(wanted, requirements=["relay", "ledger==3"])
    with pytest.raises(WheelsError) as error:
        archive(lacking, tmp_path / "wheels")
    assert str(error.value) == (
        f"the mirror {wanted.mirror} has no wheel of ledger==3 for Python 3.11 on Linux x86_64; "
        "put it there, or name no mirror"
    )


def test_a_wheel_for_another_machine_is_none(wanted: Wanted, tmp_path: Path) -> None:
    other = replace(wanted, target=replace(TARGET, machine="aarch64"))
    with pytest.raises(WheelsError, match="has no wheel of relay for"):
        archive(other, tmp_path / "wheels")
