"""Grafana's data sources: from addresses and accounts to what its provisioning reads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..monitoring.address import Address, address
from ..structured.kinds import entries, text
from ..structured.reading import Key, Problems, read_list, read_sound_map

# The dashboards name their data sources by these.
METRICS, LOGS, ALERTS, WAREHOUSE = "prometheus", "loki", "alertmanager", "warehouse"
OWN = (METRICS, LOGS, ALERTS, WAREHOUSE)
CLICKHOUSE = "grafana-clickhouse-datasource"
UID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
MORE: Mapping[str, Key] = {
    "name": Key(text, required=True),
    "uid": Key(text, required=True),
    "type": Key(text, required=True),
    "url": Key(text),
    "user": Key(text),
    "password": Key(text),
    "ca_certificate": Key(text),
    "settings": Key(entries),
}


def literal(text: str) -> str:
    """Grafana puts variables in place of dollar signs in its provisioning; here it may not."""
    return text.replace("$", "$$")


def literals(value: object) -> object:
    """All texts of a structure."""
    if isinstance(value, str):
        return literal(value)
    if isinstance(value, Mapping):
        return {key: literals(each) for key, each in value.items()}
    if isinstance(value, list):
        return [literals(each) for each in value]
    return value


@dataclass
class Secrets:
    """Values that go into files of their own, and how a configuration names such a file."""

    folder: str
    problems: Problems
    values: dict[str, str] = field(default_factory=dict)

    def reference(self, where: str, name: str, value: str) -> str:
        """Dollar signs of what it reads from a file are variables for Grafana, too."""
        if "$" in value:
            self.problems.append(f"{where} has a dollar sign, which Grafana would not take as one")
        self.values[name] = value
        return f"$__file{{{self.folder}/{name}}}"


@dataclass(frozen=True)
class Account:
    user: str = ""
    password: str = ""


@dataclass
class Sources:
    """What was read; `ports` are those that Grafana calls."""

    secrets: Secrets
    problems: Problems
    found: list[dict[str, Any]] = field(default_factory=list)
    ports: set[int] = field(default_factory=set)

    def read(self, given: Mapping[str, Any]) -> None:
        """The four that the dashboards ask, then those of the user."""
        authority = str(given.get("ca_certificate", ""))
        if given.get("prometheus_url"):
            account = self._account(given, METRICS)
            self._http(METRICS, given["prometheus_url"], account, authority, _metrics(given))
        if given.get("loki_url"):
            account = self._account(given, LOGS)
            self._http(LOGS, given["loki_url"], account, authority, {"maxLines": 1000})
        if given.get("alertmanager_url"):
            kind = {"implementation": "prometheus", "handleGrafanaManagedAlerts": False}
            self._http(ALERTS, given["alertmanager_url"], Account(), authority, kind)
        if given.get("warehouse_url"):
            self._warehouse(given, authority)
        for where, item in read_list(
            "grafana_data_sources", given.get("data_sources", []), self.problems
        ):
            self._further(where, item)

    def _account(self, given: Mapping[str, Any], name: str) -> Account:
        account = Account(
            str(given.get(f"{name}_user", "")), str(given.get(f"{name}_password", ""))
        )
        if bool(account.user) != bool(account.password):
            both = f"grafana_{name}_user and grafana_{name}_password"
            self.problems.append(f"{both}: give both or none")
        return account

    def _http(
        self, uid: str, url: object, account: Account, authority: str, settings: Mapping[str, Any]
    ) -> None:
        variable = f"grafana_{uid}_url"
        if (place := self._place(variable, url)) is not None:
            secret_at = f"grafana_{uid}_password"
            of_it = self._protected(secret_at, uid, place, account, authority)
            self._add(uid.capitalize(), uid, uid, f"{url}".rstrip("/"), of_it, settings)

    def _warehouse(self, given: Mapping[str, Any], authority: str) -> None:
        place = self._place("grafana_warehouse_url", given["warehouse_url"])
        if not given.get("warehouse_user") or not given.get("warehouse_password"):
            self.problems.append(
                "grafana_warehouse_user or grafana_warehouse_password is empty; give both"
            )
        if place is None:
            return
        secret = self.secrets.reference(
            "grafana_warehouse_password", "warehouse.password", str(given["warehouse_password"])
        )
        settings: dict[str, Any] = {
            "host": place.target.rpartition(":")[0] if ":" in place.target else place.target,
            "port": place.port,
            "protocol": "http",
            "secure": place.scheme == "https",
            "path": place.path,
            "username": given["warehouse_user"],
            "defaultDatabase": given["warehouse_database"],
        }
        of_it: dict[str, Any] = {"secureJsonData": {"password": secret}}
        if authority and place.scheme == "https":
            settings["tlsAuthWithCACert"] = True
            of_it["secureJsonData"]["tlsCACert"] = authority
        self._add("Warehouse", WAREHOUSE, CLICKHOUSE, "", of_it, settings)

    def _further(self, where: str, item: object) -> None:
        given = read_sound_map(where, item, MORE, self.problems)
        if given is None:
            return
        uid = given["uid"]
        if not UID.fullmatch(uid):
            self.problems.append(
                f"{where}.uid must be of at most 40 letters, digits, - and _, with no sign first"
            )
        if uid in (*OWN, *(other["uid"] for other in self.found)):
            self.problems.append(f"{where}.uid is {uid}, which is taken; give another one")
        account = Account(given.get("user", ""), given.get("password", ""))
        of_it: dict[str, Any] = {}
        if given.get("url"):
            place = self._place(f"{where}.url", given["url"])
            if place is not None:
                authority = given.get("ca_certificate", "")
                of_it = self._protected(f"{where}.password", uid, place, account, authority)
        elif account.password:
            secret = self.secrets.reference(
                f"{where}.password", f"source.{uid}.password", account.password
            )
            of_it = {"user": literal(account.user), "secureJsonData": {"password": secret}}
        self._add(
            given["name"],
            uid,
            given["type"],
            given.get("url", ""),
            of_it,
            given.get("settings", {}),
        )

    def _place(self, where: str, url: object) -> Address | None:
        place = address(where, url, self.problems)
        if place is not None:
            self.ports.add(place.port)
        return place

    def _protected(
        self, secret_at: str, uid: str, place: Address, account: Account, authority: str
    ) -> dict[str, Any]:
        """Basic authentication and the authority of the server's certificate."""
        settings: dict[str, Any] = {}
        secure: dict[str, str] = {}
        found: dict[str, Any] = {}
        if account.user:
            found |= {"basicAuth": True, "basicAuthUser": literal(account.user)}
            secure["basicAuthPassword"] = self.secrets.reference(
                secret_at, f"source.{uid}.password", account.password
            )
        if authority and place.scheme == "https":
            settings["tlsAuthWithCACert"] = True
            secure["tlsCACert"] = authority
        return found | {"jsonData": settings, "secureJsonData": secure}

    def _add(
        self,
        name: str,
        uid: str,
        kind: str,
        url: str,
        of_it: Mapping[str, Any],
        settings: Mapping[str, Any],
    ) -> None:
        data = of_it.get("jsonData", {}) | {key: literals(each) for key, each in settings.items()}
        rest = {key: value for key, value in of_it.items() if key != "jsonData" and value}
        self.found.append(
            {
                "name": literal(name),
                "uid": uid,
                "type": kind,
                "access": "proxy",
                "orgId": 1,
                "editable": False,
                "isDefault": uid == METRICS,
                **({"url": literal(url)} if url else {}),
                **({"jsonData": data} if data else {}),
                **rest,
            }
        )


def _metrics(given: Mapping[str, Any]) -> dict[str, Any]:
    settings = {
        "httpMethod": "POST",
        "prometheusType": "Prometheus",
        "timeInterval": given["scrape_interval"],
        # Rules and alerts are of Prometheus and Alertmanager, which are written as code.
        "manageAlerts": False,
    }
    return settings | ({"alertmanagerUid": ALERTS} if given.get("alertmanager_url") else {})
