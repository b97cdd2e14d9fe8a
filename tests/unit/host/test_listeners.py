"""Who listens, as the kernel tells: by address, by process and by unit."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.host import listeners as room
from ansible_collections.stratum.platform.plugins.module_utils.host.listeners import listeners

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "::1", "127.0.0.5"])
def test_an_address_that_takes_the_loopback_s_port_counts(address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    if ":" in address and not Path("/proc/net/if_inet6").read_text().strip():
        pytest.skip("this machine has no IPv6")
    with socket.create_server((address, 0), family=family) as listening:
        holders = listeners(listening.getsockname()[1])
    assert [holder.pid for holder in holders] == [os.getpid()]


LOOPBACK, EVERYWHERE, NETWORK = "127.0.0.1", "", "192.168.1.5"


@pytest.mark.parametrize(
    ("listening", "wanted", "taken"),
    [
        ("7F000001", LOOPBACK, True),
        ("00000000", LOOPBACK, True),
        ("C0A80105", LOOPBACK, False),
        ("00000000000000000000000000000001", LOOPBACK, True),
        ("00000000000000000000FFFF7F000001", LOOPBACK, True),
        ("00000000000000000000FFFFC0A80105", LOOPBACK, False),
        ("FE800000000000000000000000000001", LOOPBACK, False),
        ("C0A80105", NETWORK, True),
        ("00000000000000000000FFFFC0A80105", NETWORK, True),
        ("7F000001", NETWORK, False),
        ("00000000000000000000000000000000", NETWORK, True),
        ("C0A80105", EVERYWHERE, True),
        ("C0A80105", "0.0.0.0", True),
        ("C0A80105", "a.example.org", True),
        ("C0A80105", "localhost", False),
    ],
    ids=lambda value: str(value) or "everywhere",
)
def test_only_listeners_that_stand_in_the_way_count(
    listening: str, wanted: str, taken: bool
) -> None:
    words = [bytes.fromhex(listening[i : i + 8]) for i in range(0, len(listening), 8)]
    as_the_kernel_writes = "".join(f"{int.from_bytes(word, sys.byteorder):08X}" for word in words)
    assert room._clash(room._address(as_the_kernel_writes), room._wanted(wanted)) is taken


@pytest.mark.parametrize(
    ("cgroup", "unit"),
    [
        ("0::/system.slice/stratum-etl.service\n", "stratum-etl.service"),
        ("1:name=systemd:/system.slice/a.service/inner\n", "a.service"),
        ("0::/user.slice/user-0.slice/session-1.scope\n", None),
        ("0::/init.scope\n", None),
    ],
    ids=["unit", "older kernel", "session", "systemd itself"],
)
def test_the_unit_of_a_process_is_that_of_its_control_group(cgroup: str, unit: str | None) -> None:
    found = room.UNIT.search(cgroup)
    assert (found and found[1]) == unit
