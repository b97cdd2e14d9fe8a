"""Alertmanager's receivers: from a role's input to its configuration, with their secrets apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..structured.kinds import flag, items, text
from ..structured.reading import Key, Problems, read_list, read_sound_map
from .address import address, port_rules
from .terms import NAME

NOBODY = "nobody"
KEYS: Mapping[str, Key] = {
    "name": Key(text, required=True),
    "email": Key(items),
    "webhook": Key(items),
    "chat": Key(items),
}
EMAIL: Mapping[str, Key] = {"to": Key(text, required=True), "resolved": Key(flag)}
WEBHOOK: Mapping[str, Key] = {
    "url": Key(text, required=True),
    "user": Key(text),
    "password": Key(text),
    "token": Key(text),
    "ca_certificate": Key(text),
    "resolved": Key(flag),
}
CHAT: Mapping[str, Key] = {
    "url": Key(text, required=True),
    "channel": Key(text),
    "title": Key(text),
    "text": Key(text),
    "ca_certificate": Key(text),
    "resolved": Key(flag),
}
MAIL_SERVER = re.compile(r"(\[[0-9A-Fa-f:]+\]|[A-Za-z0-9.-]+):\d{1,5}")
# Templates of Alertmanager itself, for messages where a receiver gives none.
CHAT_TITLE = '{{ .Status | toUpper }}: {{ .GroupLabels.SortedPairs.Values | join " " }}'
CHAT_TEXT = (
    "{{ range .Alerts }}{{ .Annotations.summary }}\n{{ .Annotations.description }}\n{{ end }}"
)


@dataclass(frozen=True)
class Mail:
    """The mail server, and the account there."""

    host: str = ""
    sender: str = ""
    user: str = ""
    password: str = ""
    tls: bool = True
    ca_certificate: str = ""


@dataclass(frozen=True)
class Receivers:
    """What was read: configurations, and the files and secrets that they name.

    Attributes:
        config_folder: where the files will lie.
        secrets_folder: where the program will find the secrets.
    """

    config_folder: str
    secrets_folder: str
    mail: Mail
    configs: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    ports: set[int] = field(default_factory=set)
    problems: Problems = field(default_factory=Problems)

    def read(self, variable: str, value: object) -> None:
        """Take all receivers of an input."""
        for where, item in read_list(variable, value, self.problems):
            given = read_sound_map(where, item, KEYS, self.problems)
            if given is not None:
                self._receiver(where, given)

    def global_settings(self) -> dict[str, Any]:
        """The mail server, for all receivers."""
        mail = self.mail
        if not mail.host:
            return {}
        settings: dict[str, Any] = {
            "smtp_smarthost": mail.host,
            "smtp_from": mail.sender,
            "smtp_require_tls": mail.tls,
        }
        if mail.user:
            settings["smtp_auth_username"] = mail.user
            settings["smtp_auth_password_file"] = self._secret("smtp.password", mail.password)
        return settings

    def egress(self) -> list[dict[str, Any]]:
        """What it calls, as egress rules of a NetworkPolicy."""
        return port_rules(self.ports)

    def check_mail(self) -> None:
        mail = self.mail
        if MAIL_SERVER.fullmatch(mail.host):
            self.ports.add(int(mail.host.rpartition(":")[2]))
        elif mail.host:
            self.problems.append(
                "alerting_smtp_host is no name with a port; give one such as mail.example.org:587"
            )
        if mail.host and not mail.sender:
            self.problems.append("alerting_smtp_from is empty; give the address that mail is from")
        if bool(mail.user) != bool(mail.password):
            self.problems.append("alerting_smtp_user and alerting_smtp_password: give both or none")

    def _receiver(self, where: str, given: Mapping[str, Any]) -> None:
        name = given["name"]
        if not NAME.fullmatch(name):
            self.problems.append(f"{where}.name must be of letters, digits, - and _")
        if name in (NOBODY, *(other["name"] for other in self.configs)):
            self.problems.append(f"{where}.name is {name}, which is taken; give another one")
        if not any(given.get(kind) for kind in ("email", "webhook", "chat")):
            self.problems.append(f"{where} sends nothing; give email, webhook or chat")
        config: dict[str, Any] = {"name": name}
        readers: Mapping[str, tuple[str, Callable[[str, str, object], dict[str, Any] | None]]] = {
            "email": ("email_configs", lambda where, _name, item: self._email(where, item)),
            "webhook": ("webhook_configs", self._webhook),
            "chat": ("slack_configs", self._chat),
        }
        for kind, (key, reader) in readers.items():
            places = read_list(f"{where}.{kind}", given.get(kind, []), self.problems)
            read = [
                reader(place, f"{name}.{kind}{index}", item)
                for index, (place, item) in enumerate(places)
            ]
            if read:
                config[key] = [each for each in read if each is not None]
        self.configs.append(config)

    def _email(self, where: str, item: object) -> dict[str, Any] | None:
        given = read_sound_map(where, item, EMAIL, self.problems)
        if given is None:
            return None
        if not self.mail.host:
            self.problems.append(f"{where} needs a mail server; give alerting_smtp_host")
        config = {"to": given["to"], "send_resolved": given.get("resolved", True)}
        return config | self._tls("smtp", self.mail.ca_certificate)

    def _webhook(self, where: str, name: str, item: object) -> dict[str, Any] | None:
        given = read_sound_map(where, item, WEBHOOK, self.problems)
        if given is None:
            return None
        self._address(where, given["url"])
        if ("user" in given) != ("password" in given):
            self.problems.append(f"{where} has a user or a password alone; give both or none")
        if "token" in given and "user" in given:
            self.problems.append(f"{where} has a user and a token; give one of them")
        http = self._tls(name, given.get("ca_certificate", ""))
        if "password" in given:
            file = self._secret(f"{name}.password", given["password"])
            http["basic_auth"] = {"username": given.get("user", ""), "password_file": file}
        if "token" in given:
            file = self._secret(f"{name}.token", given["token"])
            http["authorization"] = {"credentials_file": file}
        config = {"url": given["url"], "send_resolved": given.get("resolved", True)}
        return config | ({"http_config": http} if http else {})

    def _chat(self, where: str, name: str, item: object) -> dict[str, Any] | None:
        given = read_sound_map(where, item, CHAT, self.problems)
        if given is None:
            return None
        self._address(where, given["url"])
        config: dict[str, Any] = {
            "api_url_file": self._secret(f"{name}.url", given["url"]),
            "send_resolved": given.get("resolved", True),
            "title": given.get("title", CHAT_TITLE),
            "text": given.get("text", CHAT_TEXT),
        }
        if "channel" in given:
            config["channel"] = given["channel"]
        http = self._tls(name, given.get("ca_certificate", ""))
        return config | ({"http_config": http} if http else {})

    def _address(self, where: str, url: str) -> None:
        found = address(f"{where}.url", url, self.problems, query=True)
        if found is not None:
            self.ports.add(found.port)

    def _tls(self, name: str, certificate: str) -> dict[str, Any]:
        if not certificate:
            return {}
        self.files[f"ca.{name}.pem"] = certificate.rstrip() + "\n"
        return {"tls_config": {"ca_file": f"{self.config_folder}/ca.{name}.pem"}}

    def _secret(self, name: str, value: str) -> str:
        self.secrets[name] = value
        return f"{self.secrets_folder}/{name}"
