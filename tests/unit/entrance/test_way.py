"""Every file of cases/ is a role's inputs for a way in, and what is made of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.stratum.platform.plugins.module_utils.entrance.objects import Target, Tls
from ansible_collections.stratum.platform.plugins.module_utils.entrance.way import Way, way_in

CASES = sorted((Path(__file__).parent / "cases").glob("*.yml"))
PLAIN = Target("web", "shop", 8088)


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_inputs_become_these_objects(file: Path) -> None:
    case: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    tls = Tls(**case["tls"]) if "tls" in case else None
    way = way_in("web", case["inputs"], Target("web", "shop", 8088, tls))
    assert way.problems == []
    assert way.annotations == case.get("annotations", {})
    assert way.objects == case["objects"]


def test_without_inputs_there_is_no_way_in() -> None:
    assert way_in("web", {"ingress": {}, "route": {}}, PLAIN) == Way()


def test_the_hosts_are_those_by_which_clients_come() -> None:
    inputs = {
        "ingress": {"host": "a.example.org"},
        "route": {"host": "b.example.org", "gateway": "g"},
    }
    assert way_in("web", inputs, PLAIN).hosts == ["a.example.org", "b.example.org"]


def test_all_that_is_wrong_is_told_at_once() -> None:
    inputs = {
        "ingress": {"host": "no_host", "issuer_kind": "Authority", "annotations": ["a"]},
        "route": {"host": "web.example.org", "gatway": "front", "passthrough": "yes"},
    }
    keys = "host, gateway, gateway_namespace, listener, annotations, passthrough"
    assert way_in("web", inputs, PLAIN).problems == [
        "web_ingress.host must be a host name such as gateway.example.org",
        "web_ingress.issuer_kind must be ClusterIssuer or Issuer",
        "web_ingress.annotations must be a map",
        f"web_route has no key gatway; write `gateway`; the keys are: {keys}",
        "web_route.passthrough must be true or false",
        "web_route has no gateway; give one",
    ]


def test_a_certificate_comes_from_one_place() -> None:
    inputs = {"ingress": {"host": "a.example.org", "issuer": "ca", "certificate_secret": "mine"}}
    assert way_in("web", inputs, PLAIN).problems == [
        "web_ingress has certificate_secret and issuer; give one of them"
    ]


def test_a_server_without_tls_cannot_be_left_to_end_it() -> None:
    inputs = {"route": {"host": "a.example.org", "gateway": "front", "passthrough": True}}
    assert way_in("web", inputs, PLAIN).problems == [
        "web_route.passthrough is true, but the server itself has no TLS; "
        "leave it out: the Gateway's listener ends TLS"
    ]


def test_an_ingress_before_a_server_with_tls_says_its_class() -> None:
    inputs = {"ingress": {"host": "a.example.org"}}
    assert way_in("web", inputs, Target("web", "shop", 8443, Tls("web.shop.svc"))).problems == [
        "web_ingress has no class; "
        "give it: traefik and nginx are told how to reach a server that has TLS itself"
    ]
