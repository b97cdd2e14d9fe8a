"""The edge of this room: reads what the resolver asks for from folders, and takes digests.

Products and roles are those of the collection and of the project that the environment is in.
"""

from __future__ import annotations

import fnmatch
import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from .digest import digest
from .problem import Problem, ProductError
from .sources import Commit, File, RoleFiles

COLLECTION_NAME = "stratum.platform"
COLLECTION = Path(__file__).absolute().parents[3]
# A name from a manifest becomes a part of a path; this keeps it one part.
NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._+-]*$")
TEMPLATE = "product.yml.j2"
# Where a collection that was built and installed says which commit it is of (release/tree.py).
BUILT_FROM = "commit.json"
# What building and running leave behind is no input.
LEFT_BEHIND = ("node_modules", "dist", "__pycache__", "*.egg-info", ".*")


class Folder:
    """The sources of one environment (`sources.Sources`)."""

    def __init__(self, environment: Path, collection: Path = COLLECTION) -> None:
        self.file = environment.absolute()
        self.collection = collection.absolute()
        folder = self.file.parent
        self.project = folder.parent.parent if folder.parent.name == "inventories" else folder

    @property
    def environment_name(self) -> str:
        return self.file.parent.name

    def environment(self) -> File:
        return self._read(self.file, must_exist=True)

    def products(self) -> list[str]:
        return sorted({path.parent.name for path in self._in_homes(f"products/*/{TEMPLATE}")})

    def template(self, product: str) -> File:
        return self._product_file(product, TEMPLATE)

    def part(self, name: str) -> File:
        product, _slash, file = name.partition("/")
        return self._product_file(product, file, file)

    def parts(self) -> list[str]:
        found = self._in_homes("products/*/*.j2")
        names = {f"{path.parent.name}/{path.name}" for path in found if path.name != TEMPLATE}
        return sorted(names)

    def parameters(self, product: str) -> File:
        return self._product_file(product, "parameters.yml")

    def releases(self, product: str) -> list[str]:
        return sorted({path.stem for path in self._in_homes(f"products/{product}/releases/*.yml")})

    def release(self, product: str, version: str) -> File:
        return self._product_file(product, f"releases/{version}.yml", version)

    def checkout(self) -> Commit | None:
        head = self._git("rev-parse", "HEAD")
        if head:
            return Commit(head, bool(self._git("status", "--porcelain")))
        told = self.collection / BUILT_FROM
        return Commit(**json.loads(told.read_text(encoding="utf-8"))) if told.is_file() else None

    def roles(self, roles_path: Sequence[str]) -> list[str]:
        roots = [root for _prefix, root in self._role_roots(roles_path)]
        return sorted({name for root in roots for name in self._component_roles(root)})

    def role(self, name: str, roles_path: Sequence[str]) -> RoleFiles | None:
        folder = self._role_folder(name, roles_path)
        if folder is None:
            return None
        full_name, path = folder
        return RoleFiles(
            name=full_name,
            meta=self._read(path / "meta" / "component.yml"),
            defaults=self._read(path / "defaults" / "main.yml"),
            argument_specs=self._read(path / "meta" / "argument_specs.yml"),
        )

    def schema(self, kind: str) -> Mapping[str, Any]:
        return self._schemas[kind]

    def source_digest(self, folder: str) -> str:
        """The digest of a folder of the checkout; one that is not there counts as empty."""
        return digest(_files(self.collection / folder))

    def file_digest(self, path: str) -> str:
        """The digest of a file or folder that is named relative to the project."""
        target = self.project / path
        return digest([(target.name, target.read_bytes())] if target.is_file() else _files(target))

    def role_digest(self, name: str, roles_path: Sequence[str]) -> str:
        """The digest of a role's own files."""
        path = self.role_path(name, roles_path)
        return digest(_files(path) if path else ())

    def role_path(self, name: str, roles_path: Sequence[str]) -> Path | None:
        """The folder of a role."""
        folder = self._role_folder(name, roles_path)
        return folder[1] if folder else None

    def shared_roles(self) -> list[str]:
        """The collection's roles that install no component themselves: others are made of them."""
        found = {path.parent.parent.name for path in self.collection.glob("roles/*/tasks/main.yml")}
        return sorted(found - set(self._component_roles(self.collection / "roles")))

    def _git(self, *arguments: str) -> str:
        """What git says of the collection's own repository; nothing where there is none."""
        if not (self.collection / ".git").exists():
            return ""
        command = ["git", "-C", str(self.collection), *arguments]
        try:
            return subprocess.run(
                command, capture_output=True, text=True, check=True
            ).stdout.strip()
        except (OSError, subprocess.CalledProcessError):
            return ""

    @cached_property
    def _homes(self) -> list[Path]:
        return list(dict.fromkeys([self.project, self.collection]))

    def _in_homes(self, pattern: str) -> Iterator[Path]:
        for home in self._homes:
            yield from home.glob(pattern)

    @cached_property
    def _schemas(self) -> Mapping[str, Mapping[str, Any]]:
        schemas = COLLECTION / "products" / "schema"
        return {
            path.name.removesuffix(".schema.json"): json.loads(path.read_text(encoding="utf-8"))
            for path in sorted(schemas.glob("*.schema.json"))
        }

    def _product_file(self, product: str, name: str, *parts: str) -> File:
        paths = [home / "products" / product / name for home in self._homes]
        if all(NAME.match(part) for part in (product, *parts)):
            for path in paths:
                if path.is_file():
                    return self._read(path)
        return File(self._shown(paths[0]), None)

    def _role_roots(self, roles_path: Sequence[str]) -> Iterator[tuple[str, Path]]:
        yield f"{COLLECTION_NAME}.", self.collection / "roles"
        yield "", self.project / "roles"
        for folder in roles_path:
            yield "", self.file.parent / folder

    def _component_roles(self, root: Path) -> list[str]:
        return [meta.parent.parent.name for meta in root.glob("*/meta/component.yml")]

    def _role_folder(self, name: str, roles_path: Sequence[str]) -> tuple[str, Path] | None:
        for prefix, root in self._role_roots(roles_path):
            short = name.removeprefix(prefix)
            if NAME.match(short) and (root / short).is_dir():
                return prefix + short, root / short
        return None

    def _read(self, path: Path, *, must_exist: bool = False) -> File:
        name = self._shown(path)
        try:
            return File(name, path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            if not must_exist:
                return File(name, None)
            what, cure = "there is no such file", "name the folder of an environment with -i"
        except (OSError, UnicodeDecodeError) as error:
            what, cure = f"it cannot be read: {error}", "make it a readable text file in UTF-8"
        raise ProductError([Problem(name, what, cure)])

    def _shown(self, path: Path) -> str:
        """A path as messages name it: relative to the project, else to the collection."""
        for home in self._homes:
            if path.is_relative_to(home):
                return path.relative_to(home).as_posix()
        return path.as_posix()


def _files(root: Path) -> Iterator[tuple[str, bytes]]:
    """The files below a folder that are an input, with their relative paths."""
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not _left_behind(name)]
        if Path(folder) == root and "build" in folders:
            # Python's build backends put their copies here.
            folders.remove("build")
        for name in names:
            path = Path(folder, name)
            if not _left_behind(name) and path.is_file():
                yield path.relative_to(root).as_posix(), path.read_bytes()


def _left_behind(name: str) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in LEFT_BEHIND)
