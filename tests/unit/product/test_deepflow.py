"""DeepFlow in the product observability: accounts and addresses come from where its data lies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.product.folder import Folder
from ansible_collections.stratum.platform.plugins.module_utils.product.problem import ProductError
from ansible_collections.stratum.platform.plugins.module_utils.product.resolver import resolve


def resolved(folder: Path, **parameters: Any) -> dict[str, dict[str, Any]]:
    """The instances by name, on a cluster with the servers and another one."""
    environment = {
        "plugin": "stratum.platform.product",
        "product": "observability",
        "release": "1.1.0",
        "artifacts": "checkout",
        "clusters": {
            "main": {"kubeconfig": "main", "groups": ["observed"]},
            "edge": {"kubeconfig": "edge", "groups": ["observed"]},
        },
        "parameters": {
            "place": "cluster",
            "server": "main",
            "observed_clusters": "observed",
            "delivery": True,
            "deepflow": True,
            **parameters,
        },
    }
    inventory = folder / "inventories" / "tested" / "product.yml"
    inventory.parent.mkdir(parents=True)
    inventory.write_text(json.dumps(environment))
    return {each["name"]: each for each in resolve(Folder(inventory)).document["instances"]}


def test_it_waits_for_both_databases_and_its_agents_wait_for_it(tmp_path: Path) -> None:
    found = resolved(tmp_path, mysql=True, clickhouse=True)
    assert {need["instance"] for need in found["deepflow"]["needs"]} == {"mysql", "clickhouse"}
    agents = [found[f"deepflow_agent@{cluster}"] for cluster in ("main", "edge")]
    assert [agent["needs"][0]["instance"] for agent in agents] == ["deepflow"] * 2


def test_its_account_in_clickhouse_has_nothing_of_the_delivery_data(tmp_path: Path) -> None:
    found = resolved(tmp_path, mysql=True, clickhouse=True)
    (account,) = found["clickhouse"]["vars"]["clickhouse_accounts"]
    databases = {grant.partition(" ON ")[2] for grant in account["grants"] if " ALL ON " in grant}
    assert "flow_tag.*" in databases
    assert not databases & {"stratum.*", "*.*"}


def test_without_a_database_it_is_told_which_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ProductError, match="there is no component `mysql`"):
        resolved(tmp_path, clickhouse=True)
