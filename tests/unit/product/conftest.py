"""A project on disk for one test: the folder base/, and what the test puts in place of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from ansible_collections.stratum.platform.plugins.module_utils.product.folder import Folder

# A busy machine is no fault of the code.
settings.register_profile("stratum", deadline=None)
settings.load_profile("stratum")

BASE = Path(__file__).parent / "base"
PLACES = {
    "environment.yml": "inventories/test/product.yml",
    "parameters.yml": "products/sample/parameters.yml",
    "product.yml.j2": "products/sample/product.yml.j2",
    "release.yml": "products/sample/releases/1.0.0.yml",
}


@pytest.fixture
def build(tmp_path: Path) -> Callable[..., Folder]:
    """Lays out a project from the base, a case and single texts; gives its sources."""

    def lay_out(case: Path | None = None, **texts: str) -> Folder:
        for layer in (BASE, case):
            if layer:
                _lay(layer, tmp_path)
        for name, text in texts.items():
            place = next(PLACES[file] for file in PLACES if file.startswith(name))
            (tmp_path / place).write_text(text, encoding="utf-8")
        return Folder(tmp_path / PLACES["environment.yml"], collection=tmp_path / "collection")

    return lay_out


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """The sources of the base itself."""
    root = tmp_path_factory.mktemp("base")
    _lay(BASE, root)
    return Folder(root / PLACES["environment.yml"], collection=root / "collection")


def _lay(layer: Path, root: Path) -> None:
    for name, place in PLACES.items():
        target = root / place
        if (layer / name).exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(layer / name, target)
    if (layer / "roles").exists():
        shutil.copytree(layer / "roles", root / "collection" / "roles", dirs_exist_ok=True)
