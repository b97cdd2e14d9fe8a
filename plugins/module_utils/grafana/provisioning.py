"""All that Grafana is given as files: data sources, folders of dashboards, contact points.

Grafana has no checker of its own for them, so the inputs are read strictly here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import yaml

from ..monitoring.address import address, port_rules
from ..structured.kinds import text
from ..structured.reading import Key, Problems, read_list, read_sound_map
from .contacts import Contacts
from .sources import Secrets, Sources

FOLDER = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
FILE = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}")
SERVER = re.compile(r"(\[[0-9A-Fa-f:]+\]|[A-Za-z0-9.-]+):\d{1,5}")
SHA256 = re.compile(r"(sha256:)?[0-9a-f]{64}")
PLUGIN_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
PLUGIN: Mapping[str, Key] = {
    "id": Key(text, required=True),
    "name": Key(text),
    "sha256": Key(text, required=True),
    "url": Key(text, required=True),
}


@dataclass(frozen=True)
class Folders:
    """Where the program finds what it is given, and its secrets."""

    given: str
    secrets: str


def provisioning(given: Mapping[str, Any], folders: Folders) -> dict[str, Any]:
    """The `files` below the folder, the `secrets` and `egress` they need, and all `problems`."""
    problems = Problems()
    secrets = Secrets(folders.secrets, problems)
    sources, contacts = Sources(secrets, problems), Contacts(secrets, problems)
    sources.read(given)
    mail = str(given.get("smtp_host", ""))
    contacts.read(given.get("contact_points", []), mail=bool(mail))
    policies = contacts.policy(str(given.get("contact_point", "")))
    dashboards = dict(_dashboards(given, problems))
    alerting: dict[str, Any] = {}
    if contacts.points:
        alerting = {
            "contactPoints": contacts.points,
            **({"policies": policies} if policies else {}),
        }
    files = {
        "provisioning/datasources/stratum.yml": _yaml(
            {"prune": True, "datasources": sources.found}
        ),
        "provisioning/dashboards/stratum.yml": _yaml(
            {"providers": list(_providers(dashboards, folders.given))}
        ),
        "provisioning/alerting/stratum.yml": _yaml(alerting),
        **dashboards,
    }
    ports = sources.ports | contacts.ports | set(_servers(given, problems))
    ports |= set(_plugins(given.get("plugins", []), problems))
    return {
        "problems": list(problems),
        "files": [{"name": name, "content": text} for name, text in files.items()],
        "mounted": [
            {"path": f"{folders.given}/{name}", "content": text} for name, text in files.items()
        ],
        "folders": _folders(files),
        "secrets": secrets.values,
        "egress": port_rules(ports),
    }


def _servers(given: Mapping[str, Any], problems: Problems) -> Iterator[int]:
    """The ports of the mail server and of the database's."""
    for name, example in (("smtp_host", "mail.example.org:587"), ("mysql_host", "db.local:3306")):
        value = str(given.get(name, ""))
        if SERVER.fullmatch(value):
            yield int(value.rpartition(":")[2])
        elif value:
            problems.append(f"grafana_{name} is no name with a port; give one such as {example}")


def _plugins(value: object, problems: Problems) -> Iterator[int]:
    """The ports that their archives are fetched from."""
    seen: set[str] = set()
    for where, item in read_list("grafana_plugins", value, problems):
        given = read_sound_map(where, item, PLUGIN, problems)
        if given is None:
            continue
        if not PLUGIN_ID.fullmatch(given["id"]) or given["id"] in seen:
            problems.append(f"{where}.id must be the plug-in's own, of small letters, digits and -")
        if not SHA256.fullmatch(given["sha256"]):
            problems.append(f"{where}.sha256 must be of 64 hexadecimal digits")
        seen.add(given["id"])
        place = address(f"{where}.url", given["url"], problems)
        if place is not None:
            yield place.port


def _folders(files: Iterable[str]) -> list[str]:
    """Each with those above it first."""
    parents = {str(parent) for name in files for parent in PurePosixPath(name).parents}
    return sorted(parents - {"."})


def _yaml(content: Mapping[str, Any]) -> str:
    return str(yaml.safe_dump({"apiVersion": 1, **content}, sort_keys=False, allow_unicode=True))


def _providers(dashboards: Mapping[str, str], folder: str) -> Iterator[dict[str, Any]]:
    """One for each folder, with a uid that does not change when the title does."""
    for name in dict.fromkeys(path.split("/")[1] for path in dashboards):
        yield {
            "name": name,
            "orgId": 1,
            "folder": name.replace("-", " ").capitalize(),
            "folderUid": f"stratum-{name}",
            "type": "file",
            "disableDeletion": False,
            "allowUiUpdates": False,
            "updateIntervalSeconds": 30,
            "options": {"path": f"{folder}/dashboards/{name}"},
        }


def _dashboards(given: Mapping[str, Any], problems: Problems) -> Iterator[tuple[str, str]]:
    """Those of the role are texts, those of the user maps; no two may have one uid."""
    uids: dict[str, str] = {}
    for name, dashboard in given.get("own_dashboards", {}).items():
        uids[json.loads(dashboard)["uid"]] = name
        yield f"dashboards/{name}", dashboard
    taken = {name.split("/")[0] for name in given.get("own_dashboards", {})}
    for folder, files in given.get("dashboards", {}).items():
        place = f"grafana_dashboards.{folder}"
        if not FOLDER.fullmatch(str(folder)) or folder in taken:
            problems.append(
                f"{place} must have a name of its own, of at most 32 small letters, digits and -"
            )
        elif not isinstance(files, Mapping) or not files:
            problems.append(f"{place} must be a map of dashboards by the names of their files")
        else:
            for name, content in files.items():
                if _sound(f"{place}.{name}", str(name), content, uids, problems):
                    yield f"dashboards/{folder}/{name}.json", json.dumps(content, indent=2) + "\n"


def _sound(
    place: str, name: str, content: object, uids: dict[str, str], problems: Problems
) -> bool:
    if not FILE.fullmatch(name):
        problems.append(f"{place} must have a name of small letters, digits, - and _")
        return False
    if not isinstance(content, Mapping) or not content.get("uid") or not content.get("title"):
        problems.append(f"{place} must be a dashboard, a map with a uid and a title")
        return False
    if content["uid"] in uids:
        problems.append(f"{place}.uid is that of {uids[content['uid']]}; give another one")
        return False
    uids[str(content["uid"])] = place
    return True
