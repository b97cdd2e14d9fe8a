"""MariaDB in the product observability: for Grafana's state, and for databases of one's own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.product.folder import Folder
from ansible_collections.stratum.platform.plugins.module_utils.product.resolver import resolve

ROOT = Path(__file__).resolve().parents[3]
ENVIRONMENT: dict[str, Any] = {
    "plugin": "stratum.platform.product",
    "product": "observability",
    "release": "1.1.0",
    "environment": "tested",
    "clusters": {"production": {"kubeconfig": "kubeconfig"}},
}
SHOP = {"name": "shop", "password": {"secret": "mysql.application_password"}}
OF_GRAFANA = {
    "name": "grafana",
    "password": {"secret": "grafana.mysql_password"},
    "grants": [{"database": "grafana", "privileges": ["ALL"]}],
}


@pytest.fixture
def instances(tmp_path: Path) -> Any:
    """The resolved instances, by component, of the product on a cluster with these parameters."""

    def of(**parameters: Any) -> dict[str, Any]:
        file = tmp_path / "inventories" / "tested" / "product.yml"
        file.parent.mkdir(parents=True)
        content = {**ENVIRONMENT, "parameters": {"place": "cluster", "mysql": True, **parameters}}
        file.write_text(json.dumps(content), encoding="utf-8")
        found = resolve(Folder(file, collection=ROOT)).document["instances"]
        return {instance["component"]: instance for instance in found}

    return of


def test_with_grafana_its_state_is_kept_there_under_an_account_of_its_own(instances: Any) -> None:
    found = instances(grafana=True)
    assert found["mysql"]["vars"]["mysql_databases"] == ["grafana"]
    assert found["mysql"]["vars"]["mysql_users"] == [OF_GRAFANA]
    assert found["grafana"]["vars"]["grafana_mysql_host"] == {"output": "mysql.address"}
    password = found["grafana"]["vars"]["grafana_mysql_password"]
    assert password == {"secret": "grafana.mysql_password"}
    assert "mysql" in [need["instance"] for need in found["grafana"]["needs"]]


def test_what_is_described_beside_it_is_given_as_well(instances: Any) -> None:
    found = instances(grafana=True, databases=["shop"], database_users=[SHOP])["mysql"]["vars"]
    assert found["mysql_databases"] == ["grafana", "shop"]
    assert found["mysql_users"] == [OF_GRAFANA, SHOP]


def test_without_grafana_there_are_no_accounts_but_those_described(instances: Any) -> None:
    found = instances()
    assert found["mysql"]["vars"]["mysql_databases"] == []
    assert "mysql_users" not in found["mysql"]["vars"]
    assert "grafana" not in found


def test_the_version_is_the_release_s(instances: Any) -> None:
    assert instances()["mysql"]["version"] == "10.11.19"
