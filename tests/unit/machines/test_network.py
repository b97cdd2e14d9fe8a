"""The rules and addresses of a bed; the real bridge is seen in the scenario `hosts`."""

from __future__ import annotations

import ipaddress

import pytest

from machines import network
from machines.errors import BedError
from machines.network import Network

BED = Network("hosts", ipaddress.IPv4Network("10.213.77.0/24"))


def test_machines_are_numbered_after_the_bridge() -> None:
    assert (BED.gateway, BED.address(0), BED.address(1)) == (
        "10.213.77.1",
        "10.213.77.11",
        "10.213.77.12",
    )


def test_the_name_of_a_bridge_is_as_short_as_the_kernel_wants() -> None:
    assert Network("verylonged", BED.subnet).bridge == "st-verylonged"
    assert len(Network("a" * 20, BED.subnet).bridge) == 15


def test_only_machines_with_a_route_are_masqueraded() -> None:
    rules = BED.rules(["10.213.77.11"])
    assert "elements = { 10.213.77.11 };" in rules
    assert 'iifname "st-hosts" ip saddr != @routed drop' in rules


def test_without_such_machines_the_set_is_empty() -> None:
    assert "elements" not in BED.rules([])


def test_the_rules_replace_those_before() -> None:
    first, second, *_rest = BED.rules([]).splitlines()
    assert (first, second) == ("table ip stratum_hosts", "delete table ip stratum_hosts")


def test_a_subnet_that_is_in_use_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = {"eth0": ipaddress.IPv4Network("10.213.0.0/16")}
    monkeypatch.setattr(network, "addresses", lambda: taken)
    monkeypatch.setattr(network, "interfaces", set)
    with pytest.raises(BedError) as error:
        BED.up([])
    assert str(error.value) == (
        "the subnet 10.213.77.0/24 overlaps 10.213.0.0/16 of the interface eth0; "
        "give another one with --network"
    )
