"""The files that the role clickhouse writes, as the server and as its engine (chDB) read them.

The engine reads XML, and has one user, `default`: each account becomes a role and a profile of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import yaml

# What the engine is told of the server's settings; ports and logs are the stand-in's own.
SECTIONS = (
    "access_control_improvements",
    "filesystem_caches_path",
    "macros",
    "merge_tree",
    "named_collections",
    "remote_servers",
    "remote_url_allow_hosts",
    "storage_configuration",
)


@dataclass(frozen=True)
class Account:
    """`digest` is the SHA-256 of the password, in hexadecimal."""

    name: str
    digest: str
    profile: str


@dataclass(frozen=True)
class Configuration:
    server: Mapping[str, Any]
    access: Mapping[str, Any]

    @property
    def accounts(self) -> tuple[Account, ...]:
        users = self.access["users"].items()
        return tuple(
            Account(name, user["password_sha256_hex"], user["profile"]) for name, user in users
        )

    @property
    def read_only(self) -> Mapping[str, int]:
        """What each profile says of `readonly`; the engine does not take it from a profile."""
        return {name: int(own.get("readonly", 0)) for name, own in self.access["profiles"].items()}

    @property
    def at_start(self) -> tuple[str, ...]:
        """Statements that the server runs when it starts."""
        return tuple(each["query"] for each in self.server["startup_scripts"]["scripts"])

    def write_for_engine(self, folder: Path) -> Path:
        """Write the engine's two files; gives the one to begin with."""
        users, config = folder / "users.xml", folder / "config.xml"
        users.write_text(document(self._engine_access()))
        told = {name: self.server[name] for name in SECTIONS if name in self.server}
        config.write_text(document({**told, "users_config": str(users)}))
        return config

    def _engine_access(self) -> dict[str, Any]:
        users = self.access["users"]
        # An account without grants of its own has all of them.
        everything = {"query": ["GRANT ALL ON *.*"]}
        return {
            "profiles": self.access["profiles"],
            "quotas": self.access["quotas"],
            "roles": {
                name: {"grants": user.get("grants", everything)} for name, user in users.items()
            },
            "users": {
                "default": {
                    "password": "",
                    "networks": {"ip": ["::/0"]},
                    "profile": "default",
                    "quota": "default",
                    "grants": {"query": [f"GRANT {name}" for name in users]},
                }
            },
        }


def read_configuration(file: Path) -> Configuration:
    """The server's file, and the accounts where it says that they are."""
    server = yaml.safe_load(file.read_text(encoding="utf-8"))
    access = yaml.safe_load(Path(server["users_config"]).read_text(encoding="utf-8"))
    return Configuration(server, access)


def document(content: Mapping[str, Any]) -> str:
    return "".join(_elements("clickhouse", content))


def _elements(name: str, value: Any) -> Iterator[str]:
    """As ClickHouse reads YAML: a list is an element again and again, `@name` an attribute."""
    if isinstance(value, list):
        for item in value:
            yield from _elements(name, item)
    elif isinstance(value, Mapping):
        attributes = "".join(_attributes(value.items()))
        inner = (_elements(key, item) for key, item in value.items() if not key.startswith("@"))
        text = "".join(part for parts in inner for part in parts)
        yield f"<{name}{attributes}>{text}</{name}>"
    else:
        yield f"<{name}>{escape(_scalar(value))}</{name}>"


def _attributes(items: Iterable[tuple[str, Any]]) -> Iterator[str]:
    for key, value in items:
        if key.startswith("@"):
            yield f" {key[1:]}={quoteattr(_scalar(value))}"


def _scalar(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
