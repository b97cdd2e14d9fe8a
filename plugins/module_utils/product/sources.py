"""What the resolver reads, as an interface: texts of files and the names of what there is.

`folder.py` reads them from a checkout. The resolver itself opens nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class File:
    """A file's name as messages show it, and its text; None where there is no such file."""

    name: str
    text: str | None


@dataclass(frozen=True)
class RoleFiles:
    """The files of a role that say something about its component. `name` is Ansible's for it."""

    name: str
    meta: File
    defaults: File
    argument_specs: File

    @property
    def is_whole(self) -> bool:
        """Whether it has a meta; a role without one installs no component."""
        return self.meta.text is not None


@dataclass(frozen=True)
class Commit:
    """The commit of a checkout, and whether files differ from it."""

    commit: str
    modified: bool


class Sources(Protocol):
    """Everything that decides what a product resolves to."""

    @property
    def environment_name(self) -> str:
        """The environment's name where its file does not say another: that of its folder."""

    def environment(self) -> File:
        """The inventory source file."""

    def products(self) -> list[str]:
        """Names of all products."""

    def template(self, product: str) -> File:
        """`product.yml.j2` of a product."""

    def part(self, name: str) -> File:
        """A part that templates include, by `product/file`."""

    def parts(self) -> list[str]:
        """Names of all parts."""

    def parameters(self, product: str) -> File:
        """`parameters.yml` of a product."""

    def releases(self, product: str) -> list[str]:
        """Versions that have a lock."""

    def release(self, product: str, version: str) -> File:
        """The lock of one version."""

    def checkout(self) -> Commit | None:
        """What is checked out; None where the collection does not lie in a git checkout."""

    def roles(self, roles_path: Sequence[str]) -> list[str]:
        """Short names of all roles."""

    def role(self, name: str, roles_path: Sequence[str]) -> RoleFiles | None:
        """The role of that name, None where there is no such folder."""

    def schema(self, kind: str) -> Mapping[str, Any]:
        """The JSON schema of a kind of file."""
