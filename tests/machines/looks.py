"""What tests look at on a machine with systemd: units, processes and files (testinfra's host)."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

Host = Any  # testinfra has no types
# Prints what an address answers, whatever its status is; the machines have no curl.
ASK = """
import sys, urllib.error, urllib.request
url, method, token = sys.argv[1:]
headers = {"Authorization": f"Basic {token}"} if token else {}
request = urllib.request.Request(url, method=method, headers=headers)
try:
    answer = urllib.request.urlopen(request, timeout=10)
except urllib.error.HTTPError as error:
    answer = error
print(answer.read().decode())
"""
T = TypeVar("T")


def unit(component: str) -> str:
    """The name of a component's unit."""
    return f"stratum-{component}.service"


def shown(host: Host, component: str, *properties: str) -> dict[str, str]:
    """Properties of a component's unit, as systemd tells them."""
    text = host.check_output(f"systemctl show --property={','.join(properties)} {unit(component)}")
    pairs = (line.partition("=") for line in text.splitlines())
    return {key: value for key, _equals, value in pairs}


def process(host: Host, component: str) -> str:
    """The main process of a component; 0 where it does not run."""
    return shown(host, component, "MainPID")["MainPID"]


def processes(host: Host, components: Iterable[str]) -> dict[str, str]:
    """The main process of each component."""
    return {component: process(host, component) for component in components}


def evidence(host: Host, component: str) -> str:
    """How a unit stands, with its last lines."""
    return str(host.run(f"systemctl status --no-pager --lines=20 {unit(component)}").stdout)


def exposure(host: Host, component: str) -> float:
    """What `systemd-analyze security` gives a unit: 0 is closed, 10 is open."""
    text = host.check_output(f"systemd-analyze security --no-pager {unit(component)} | tail -n 1")
    score = float(text.split(":", 1)[1].split()[0])
    print(f"{unit(component)}: exposure {score}")
    return score


def account(host: Host, component: str) -> str:
    """Whom a component's process runs as."""
    return str(host.check_output(f"ps -o user:40= -p {process(host, component)}")).strip()


def installed(host: Host) -> str:
    """What lies on the machine beside the data."""
    folders = "/etc/stratum/* /opt/stratum/* /etc/systemd/system/stratum-*"
    return str(host.check_output(f"ls -d {folders} 2>/dev/null || true"))


def secrets_open_to_others(host: Host) -> list[str]:
    """Secret files that somebody but root may read."""
    lines = host.check_output("find /etc/stratum/*/secrets -type f -printf '%m %U %p\\n'")
    assert lines, "there are no secrets at all"
    return [line for line in lines.splitlines() if not line.startswith("600 0 ")]


def asked(host: Host, url: str, method: str = "GET", token: str = "") -> str:
    """What an address answers to the machine itself; `token` is that of basic authentication."""
    words = ["python3", "-c", ASK, url, method, token]
    return str(host.run(shlex.join(words)).stdout)


def leaks(host: Host, secrets: dict[str, str], configuration: str) -> list[str]:
    """Names of the secrets that are seen where none may be."""
    looks = [
        "ps -eww -o args",
        "cat /proc/[0-9]*/environ | tr '\\0' '\\n'",
        f"cat /etc/systemd/system/stratum-*.service {configuration}",
        "journalctl --no-pager --output=cat",
    ]
    seen = "".join(str(host.run(look).stdout) for look in looks)
    return [name for name, value in secrets.items() if value in seen]


def until(
    condition: Callable[[], T], seconds: float = 90.0, what: str | Callable[[], str] = "it"
) -> T:
    """The first true value of a condition."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, what() if callable(what) else f"{what} did not happen"
        time.sleep(0.2)
    return value
