"""Ports on a machine with systemd: free, or held by the own unit, another one or a stranger."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.host import unit_ports
from ansible_collections.stratum.platform.plugins.module_utils.host.listeners import Listener

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")


@pytest.fixture
def stranger() -> Iterator[int]:
    """A port that this process listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def instance(port: int, address: str = "127.0.0.1") -> dict[str, Any]:
    return {"name": "etl@a", "address": address, "ports": {"etl_port": port}}


def test_a_free_port_is_no_problem(stranger: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as freed:
        port = freed.getsockname()[1]
    assert unit_ports.check("a", [instance(port)], {}) == []


def test_a_port_that_a_stranger_holds_is_named_with_machine_and_process(stranger: int) -> None:
    (problem,) = unit_ports.check("a", [instance(stranger)], {})
    name = Path("/proc/self/comm").read_text().strip()
    assert problem["where"] == "etl@a, etl_port"
    assert problem["what"].startswith(f"port {stranger} of the machine a is in use by ")
    assert problem["what"].endswith(f"process {os.getpid()} ({name})")
    assert problem["cure"].endswith("set the parameter behind etl_port to a free port")


def test_the_same_port_at_another_address_is_free(stranger: int) -> None:
    assert unit_ports.check("a", [instance(stranger, "192.168.1.5")], {}) == []


@pytest.mark.parametrize(
    ("holder", "who", "cure"),
    [
        (
            Listener(7, "prometheus", {}, "prometheus.service"),
            "the unit prometheus.service, process 7 (prometheus)",
            "stop that program there, or set the parameter behind etl_port to a free port",
        ),
        (
            Listener(7, "collector", {}, "stratum-collector.service"),
            "the unit stratum-collector.service, process 7 (collector)",
            "give collector@a its new port first (--limit collector@a) or remove it, or "
            "set the parameter behind etl_port to a free port",
        ),
        (
            Listener(7, "nc", {}),
            "process 7 (nc)",
            "stop that program there, or set the parameter behind etl_port to a free port",
        ),
        (
            Listener(0, "", {}),
            "a program that only root may see",
            "stop that program there, or set the parameter behind etl_port to a free port",
        ),
    ],
    ids=["a unit", "another of ours", "a process", "nobody known"],
)
def test_the_holder_decides_the_cure(
    monkeypatch: pytest.MonkeyPatch, holder: Listener, who: str, cure: str
) -> None:
    monkeypatch.setattr(unit_ports, "listeners", lambda port, address: [holder])
    assert unit_ports.check("a", [instance(8481)], {}) == [
        {
            "where": "etl@a, etl_port",
            "what": f"port 8481 of the machine a is in use by {who}",
            "cure": cure,
        }
    ]


def test_its_own_unit_may_hold_the_port(monkeypatch: pytest.MonkeyPatch) -> None:
    own = Listener(7, "python", {}, "stratum-etl.service")
    monkeypatch.setattr(unit_ports, "listeners", lambda port, address: [own])
    assert unit_ports.check("a", [instance(8481)], {}) == []


@pytest.mark.parametrize("name", ["k3s@a", "k3s_server@a"])
def test_a_unit_with_a_name_of_its_own_is_known_as_the_instances(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    own = Listener(7, "k3s-server", {}, "k3s.service")
    monkeypatch.setattr(unit_ports, "listeners", lambda port, address: [own])
    wanted = {"name": name, "address": "", "ports": {"k3s_port": 6443}}
    assert unit_ports.check("a", [wanted], {name: ["k3s.service", "k3s-agent.service"]}) == []


def test_such_a_unit_of_another_instance_is_named_by_it(monkeypatch: pytest.MonkeyPatch) -> None:
    other = Listener(7, "k3s-server", {}, "k3s.service")
    monkeypatch.setattr(unit_ports, "listeners", lambda port, address: [other])
    assert unit_ports.check("a", [instance(6443)], {"k3s@a": ["k3s.service"]}) == [
        {
            "where": "etl@a, etl_port",
            "what": "port 6443 of the machine a is in use by the unit k3s.service, "
            "process 7 (k3s-server)",
            "cure": "give k3s@a its new port first (--limit k3s@a) or remove it, or set the "
            "parameter behind etl_port to a free port",
        }
    ]
