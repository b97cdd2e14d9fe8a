"""Which wheels of an installed machine go into a mirror for another one."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from machines.offline import add_wheels


def archive(path: Path, *names: str) -> None:
    path.parent.mkdir(parents=True)
    with tarfile.open(path, "w") as file:
        for name in names:
            file.addfile(tarfile.TarInfo(name), io.BytesIO())


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    folder = tmp_path / "mirror"
    folder.mkdir()
    return folder


def test_those_of_the_machine_without_the_projects_own(tmp_path: Path, mirror: Path) -> None:
    own = ("stratum_services-1.0.0-py3-none-any.whl", "pip.whl", "constraints.txt")
    archive(tmp_path / "components/etl@a/wheels/1.tar", "pandas-3.whl", *own)
    archive(tmp_path / "components/object_store@a/setup/wheels/1.tar", "boto3-1.whl")
    archive(tmp_path / "components/etl@b/wheels/1.tar", "of_another_machine-1.whl")
    add_wheels(mirror, tmp_path, "a")
    assert {path.name for path in mirror.iterdir()} == {"pandas-3.whl", "boto3-1.whl"}
