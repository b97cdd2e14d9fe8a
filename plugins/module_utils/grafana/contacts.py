"""Grafana's contact points: who hears of the alerts that Grafana itself evaluates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..monitoring.address import address
from ..structured.kinds import items, text
from ..structured.reading import Key, Problems, read_list, read_sound_map
from .sources import Secrets, literal

# Grafana takes at most 40 signs for what it makes of it.
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,27}")
KEYS: Mapping[str, Key] = {
    "name": Key(text, required=True),
    "email": Key(items),
    "webhook": Key(items),
    "chat": Key(items),
}
WEBHOOK: Mapping[str, Key] = {
    "url": Key(text, required=True),
    "user": Key(text),
    "password": Key(text),
    "token": Key(text),
}
CHAT: Mapping[str, Key] = {"url": Key(text, required=True), "channel": Key(text)}


class Contacts:
    """Reads them; `ports` are those that Grafana calls."""

    def __init__(self, secrets: Secrets, problems: Problems) -> None:
        self.points: list[dict[str, Any]] = []
        self.ports: set[int] = set()
        self._secrets = secrets
        self._problems = problems

    def read(self, value: object, *, mail: bool) -> None:
        for where, item in read_list("grafana_contact_points", value, self._problems):
            given = read_sound_map(where, item, KEYS, self._problems)
            if given is not None:
                self._point(where, given, mail=mail)

    def policy(self, receiver: str) -> list[dict[str, Any]]:
        """Everything goes to one of them; what alerts are is said by who writes their rules."""
        names = [point["name"] for point in self.points]
        if receiver and receiver not in names:
            known = ", ".join(names) or "none"
            self._problems.append(
                f"grafana_contact_point is {receiver}, which is none of them; there are: {known}"
            )
        group_by = ["grafana_folder", "alertname"]
        return [{"orgId": 1, "receiver": receiver, "group_by": group_by}] if receiver else []

    def _point(self, where: str, given: Mapping[str, Any], *, mail: bool) -> None:
        name = given["name"]
        if not NAME.fullmatch(name):
            self._problems.append(f"{where}.name must be of at most 28 letters, digits, - and _")
        if name in [point["name"] for point in self.points]:
            self._problems.append(f"{where}.name is {name}, which is taken; give another one")
        if given.get("email") and not mail:
            self._problems.append(f"{where}.email needs a mail server; give grafana_smtp_host")
        receivers = [
            *self._emails(f"{where}.email", name, given.get("email", [])),
            *self._webhooks(f"{where}.webhook", name, given.get("webhook", [])),
            *self._chats(f"{where}.chat", name, given.get("chat", [])),
        ]
        if not receivers and not any(given.get(kind) for kind in ("email", "webhook", "chat")):
            self._problems.append(f"{where} tells nobody; give email, webhook or chat")
        self.points.append({"orgId": 1, "name": name, "receivers": receivers})

    def _emails(self, where: str, name: str, value: object) -> list[dict[str, Any]]:
        addresses = [item for _, item in read_list(where, value, self._problems)]
        if not addresses:
            return []
        if not all(isinstance(each, str) and "@" in each for each in addresses):
            self._problems.append(f"{where} must be a list of addresses of mail")
            return []
        return [_receiver(f"{name}-email", "email", {"addresses": literal(";".join(addresses))})]

    def _webhooks(self, where: str, name: str, value: object) -> list[dict[str, Any]]:
        found = []
        for index, (place, item) in enumerate(read_list(where, value, self._problems)):
            given = read_sound_map(place, item, WEBHOOK, self._problems)
            if given is None or not self._called(f"{place}.url", given["url"]):
                continue
            uid = f"{name}-webhook{index}"
            settings = {"url": self._secret(f"{place}.url", f"{uid}.url", given["url"])}
            if "user" in given:
                settings["username"] = literal(given["user"])
            if "password" in given:
                settings["password"] = self._secret(
                    f"{place}.password", f"{uid}.password", given["password"]
                )
            if "token" in given:
                settings["authorization_scheme"] = "Bearer"
                settings["authorization_credentials"] = self._secret(
                    f"{place}.token", f"{uid}.token", given["token"]
                )
            found.append(_receiver(uid, "webhook", settings))
        return found

    def _chats(self, where: str, name: str, value: object) -> list[dict[str, Any]]:
        found = []
        for index, (place, item) in enumerate(read_list(where, value, self._problems)):
            given = read_sound_map(place, item, CHAT, self._problems)
            if given is None or not self._called(f"{place}.url", given["url"]):
                continue
            uid = f"{name}-chat{index}"
            settings = {"url": self._secret(f"{place}.url", f"{uid}.url", given["url"])}
            if "channel" in given:
                settings["recipient"] = literal(given["channel"])
            found.append(_receiver(uid, "slack", settings))
        return found

    def _called(self, where: str, url: str) -> bool:
        place = address(where, url, self._problems, query=True)
        if place is not None:
            self.ports.add(place.port)
        return place is not None

    def _secret(self, where: str, name: str, value: str) -> str:
        """Who knows the address of a chat may write there, so addresses are secrets as well."""
        return self._secrets.reference(where, f"contact.{name}", value)


def _receiver(uid: str, kind: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    return {"uid": uid, "type": kind, "settings": dict(settings)}
