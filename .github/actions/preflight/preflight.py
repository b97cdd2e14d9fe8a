"""Names every input and secret that is missing or malformed, all at once, before anything runs.

Reads PARTS (`host`, `registry`, `agent`, `cluster`) and the inputs from environment variables;
shows no value.
"""

from __future__ import annotations

import contextlib
import ipaddress
import json
import os
import re
import subprocess
import sys
import tempfile
import zoneinfo
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

HOST_NAME = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
REGISTRY = re.compile(r"[a-z0-9.-]+(:\d{1,5})?(/[a-z0-9._-]+)*")
LOGIN = re.compile(r"[a-z_][a-z0-9_-]{0,31}")

Values = Mapping[str, str]


@dataclass(frozen=True)
class Input:
    """One input: how to make it, and a check that says what is wrong with a value."""

    name: str
    make: str
    fault: Callable[[str, Values], str | None]
    required: bool = True


def _form(pattern: re.Pattern[str], wanted: str) -> Callable[[str, Values], str | None]:
    return lambda value, _values: None if pattern.fullmatch(value) else f"it is not {wanted}"


def _address(value: str, _values: Values) -> str | None:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return "it is not an IP address"
    return None


def _zone(value: str, _values: Values) -> str | None:
    known = value in zoneinfo.available_timezones()
    return None if known else "it is not the name of a time zone, such as Europe/Berlin"


def _key(value: str, _values: Values) -> str | None:
    """ssh-keygen reads it; a key with a passphrase would make the run wait for ever."""
    with _file(value) as path:
        command = ["ssh-keygen", "-y", "-P", "", "-f", path]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return None
    if "passphrase" in done.stderr:
        return "it has a passphrase"
    return "it is not a private key as ssh-keygen writes it; paste the file with its last line"


def _known_for(address: str) -> Callable[[str, Values], str | None]:
    def known(value: str, values: Values) -> str | None:
        host = values.get(address, "").strip()
        with _file(value) as path:
            command = ["ssh-keygen", "-F", host, "-f", path]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        return None if done.stdout and host else f"it has no line for the address in {address}"

    return known


def _kubeconfig(value: str, _values: Values) -> str | None:
    """Read line by line: the runner has no YAML before the controller is set up."""
    flatten = "make it with: kubectl config view --raw --minify --flatten"
    servers = re.findall(r"(?m)^\s*(?:- )?server:\s*[\"']?(\S+?)[\"']?\s*$", value)
    if not servers or not re.search(r"(?m)^kind:\s*Config\s*$", value):
        return f"it is not a kubeconfig; {flatten}"
    if any(re.match(r"https?://(127\.|localhost|\[::1])", server) for server in servers):
        return "its server is an address that only its own machine reaches"
    named = re.search(r"(?m)^\s*(certificate-authority|client-certificate|client-key):", value)
    if named:
        return f"it names a file of another machine ({named[1]}); {flatten}"
    if re.search(r"(?m)^\s*(exec|auth-provider):", value):
        return "it logs in with a program that is not here; give a ServiceAccount's token"
    return None


def _parameters(value: str, _values: Values) -> str | None:
    try:
        is_map = isinstance(json.loads(value), dict)
    except ValueError:
        is_map = False
    return None if is_map else 'it is not a map in JSON, such as {"rule_packs": ["node"]}'


def _machine(prefix: str, whose: str) -> tuple[Input, ...]:
    """The inputs of a machine that SSH reaches."""
    scan = f"ssh-keyscan <{prefix}HOST_IP>, compared with the machine's"
    name = _form(HOST_NAME, "a host name in lower case")
    login = _form(LOGIN, "a login name")
    return (
        Input(f"{prefix}HOST_IP", f"the address of {whose}", _address),
        Input(f"{prefix}HOST_USER", "a login on it that may use sudo", login),
        Input(
            f"{prefix}SSH_PRIVATE_KEY",
            "ssh-keygen -t ed25519 -N '' -f key, then the file key",
            _key,
            # A machine that joins may let the same key in as the server.
            required=not prefix,
        ),
        Input(f"{prefix}HOST_KNOWN_HOSTS", scan, _known_for(f"{prefix}HOST_IP")),
        Input(f"{prefix}HOST_DOMAIN", "", name, required=False),
    )


PARTS: Mapping[str, tuple[Input, ...]] = {
    "host": (
        *_machine("", "the machine"),
        Input("TZ", "", _zone, required=False),
        Input("PRODUCT_PARAMETERS", "", _parameters, required=False),
        Input("CLUSTER_PARAMETERS", "", _parameters, required=False),
    ),
    "agent": _machine("APP_", "the machine that joins"),
    "cluster": (
        Input(
            "APP_HOST_KUBECONFIG",
            "the output of: kubectl config view --raw --minify --flatten",
            _kubeconfig,
        ),
    ),
    "registry": (
        Input(
            "HELM_REPO_REGISTRY",
            "host and path of the registry, such as registry.example.org/your-name",
            _form(
                REGISTRY,
                "host, port and path without https://, such as registry.example.org/your-name",
            ),
        ),
        Input("HELM_REPO_USER", "the registry's account", _form(re.compile(r"\S+"), "one word")),
        Input("HELM_REPO_PASSWORD", "a token that may push", _form(re.compile(r".+"), "one line")),
    ),
}


def faults(part: str, values: Values) -> Iterator[str]:
    """What is missing or malformed of a part, each as a sentence with its cure."""
    for each in PARTS[part]:
        value = values.get(each.name, "")
        if not value.strip():
            if each.required:
                yield f"{each.name} is missing: set it to {each.make}"
        elif wrong := each.fault(value if "\n" in value else value.strip(), values):
            yield f"{each.name} is malformed: {wrong}"


@contextlib.contextmanager
def _file(value: str) -> Iterator[str]:
    """A value as a file that only this account reads, gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "value")
        path.touch(mode=0o600)
        path.write_text(value.replace("\r\n", "\n").rstrip("\n") + "\n", "utf-8")
        yield str(path)


def main(values: Values) -> int:
    """Say what is wrong with the wanted parts, in the log and in the summary."""
    found = [fault for part in values["PARTS"].split() for fault in faults(part, values)]
    for fault in found:
        print(f"::error title=Before anything runs::{fault}")
    if found and (summary := values.get("GITHUB_STEP_SUMMARY")):
        lines = ["### Nothing was run: inputs are missing or malformed", ""]
        text = "\n".join([*lines, *(f"- {fault}" for fault in found), ""])
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write(text + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(os.environ))
