"""Grafana's provisioning: what inputs become, and which are refused."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from ansible_collections.stratum.platform.plugins.module_utils.grafana.provisioning import (
    Folders,
    provisioning,
)

FOLDERS = Folders("/etc/g", "/run/s")
BARE = {"scrape_interval": "15s", "warehouse_database": "stratum", "warehouse_user": "reader"}
WHOLE: dict[str, Any] = {
    **BARE,
    "prometheus_url": "https://metrics.example:9091/p",
    "prometheus_user": "reader",
    "prometheus_password": "first-secret",
    "loki_url": "http://logs.example",
    "alertmanager_url": "http://alerts.example:9093",
    "warehouse_url": "http://warehouse.example:8123",
    "warehouse_password": "second-secret",
    "ca_certificate": "PEM",
}


def made(**given: Any) -> dict[str, Any]:
    return provisioning({**BARE, **given}, FOLDERS)


def file(found: dict[str, Any], name: str) -> Any:
    (text,) = [each["content"] for each in found["files"] if each["name"] == name]
    return yaml.safe_load(text)


def sources(found: dict[str, Any]) -> dict[str, Any]:
    listed = file(found, "provisioning/datasources/stratum.yml")["datasources"]
    return {each["uid"]: each for each in listed}


def test_the_four_data_sources_are_what_grafana_reads() -> None:
    found = provisioning(WHOLE, FOLDERS)
    common = {"access": "proxy", "orgId": 1, "editable": False}
    assert found["problems"] == []
    assert sources(found) == {
        "prometheus": {
            **common,
            "name": "Prometheus",
            "uid": "prometheus",
            "type": "prometheus",
            "isDefault": True,
            "url": "https://metrics.example:9091/p",
            "basicAuth": True,
            "basicAuthUser": "reader",
            "jsonData": {
                "tlsAuthWithCACert": True,
                "httpMethod": "POST",
                "prometheusType": "Prometheus",
                "timeInterval": "15s",
                "manageAlerts": False,
                "alertmanagerUid": "alertmanager",
            },
            "secureJsonData": {
                "basicAuthPassword": "$__file{/run/s/source.prometheus.password}",
                "tlsCACert": "PEM",
            },
        },
        "loki": {
            **common,
            "name": "Loki",
            "uid": "loki",
            "type": "loki",
            "isDefault": False,
            "url": "http://logs.example",
            "jsonData": {"maxLines": 1000},
        },
        "alertmanager": {
            **common,
            "name": "Alertmanager",
            "uid": "alertmanager",
            "type": "alertmanager",
            "isDefault": False,
            "url": "http://alerts.example:9093",
            "jsonData": {"implementation": "prometheus", "handleGrafanaManagedAlerts": False},
        },
        "warehouse": {
            **common,
            "name": "Warehouse",
            "uid": "warehouse",
            "type": "grafana-clickhouse-datasource",
            "isDefault": False,
            "jsonData": {
                "host": "warehouse.example",
                "port": 8123,
                "protocol": "http",
                "secure": False,
                "path": "",
                "username": "reader",
                "defaultDatabase": "stratum",
            },
            "secureJsonData": {"password": "$__file{/run/s/warehouse.password}"},
        },
    }


def test_secrets_stand_in_files_and_nowhere_else() -> None:
    found = provisioning(WHOLE, FOLDERS)
    assert found["secrets"] == {
        "source.prometheus.password": "first-secret",
        "warehouse.password": "second-secret",
    }
    assert [each["name"] for each in found["files"] if "-secret" in each["content"]] == []


def test_what_it_calls_is_opened() -> None:
    found = provisioning(
        {**WHOLE, "smtp_host": "mail.example:587", "mysql_host": "db:3306"}, FOLDERS
    )
    assert found["egress"] == [
        {"ports": [{"port": port}]} for port in (80, 587, 3306, 8123, 9091, 9093)
    ]


def test_a_data_source_that_is_no_longer_given_goes() -> None:
    assert file(made(), "provisioning/datasources/stratum.yml") == {
        "apiVersion": 1,
        "prune": True,
        "datasources": [],
    }


def test_a_further_data_source_keeps_its_dollar_signs() -> None:
    settings = {"derivedFields": [{"url": "${__value.raw}"}]}
    item = {"name": "Traces", "uid": "traces", "type": "tempo", "url": "http://t:3200"}
    found = sources(made(data_sources=[{**item, "settings": settings}]))["traces"]
    # Grafana makes one of two.
    assert found["jsonData"] == {"derivedFields": [{"url": "$${__value.raw}"}]}


def test_each_folder_of_dashboards_has_a_provider() -> None:
    own = {"delivery/dora.json": '{"uid": "stratum-dora"}'}
    more = {"my-team": {"mine": {"uid": "mine", "title": "Mine"}}}
    found = made(own_dashboards=own, dashboards=more)
    providers = file(found, "provisioning/dashboards/stratum.yml")["providers"]
    assert [(each["folder"], each["folderUid"], each["options"]) for each in providers] == [
        ("Delivery", "stratum-delivery", {"path": "/etc/g/dashboards/delivery"}),
        ("My team", "stratum-my-team", {"path": "/etc/g/dashboards/my-team"}),
    ]
    assert file(found, "dashboards/my-team/mine.json") == {"uid": "mine", "title": "Mine"}
    assert found["folders"] == [
        "dashboards",
        "dashboards/delivery",
        "dashboards/my-team",
        "provisioning",
        "provisioning/alerting",
        "provisioning/dashboards",
        "provisioning/datasources",
    ]


def test_contact_points_are_what_grafana_reads() -> None:
    point = {
        "name": "team",
        "email": ["a@example.org", "b@example.org"],
        "webhook": [{"url": "https://hook.example/x", "token": "three"}],
        "chat": [{"url": "https://chat.example/y", "channel": "#ops"}],
    }
    found = made(contact_points=[point], contact_point="team", smtp_host="mail.example:25")
    alerting = file(found, "provisioning/alerting/stratum.yml")
    assert found["problems"] == []
    assert alerting["policies"] == [
        {"orgId": 1, "receiver": "team", "group_by": ["grafana_folder", "alertname"]}
    ]
    assert alerting["contactPoints"][0]["receivers"] == [
        {
            "uid": "team-email",
            "type": "email",
            "settings": {"addresses": "a@example.org;b@example.org"},
        },
        {
            "uid": "team-webhook0",
            "type": "webhook",
            "settings": {
                "url": "$__file{/run/s/contact.team-webhook0.url}",
                "authorization_scheme": "Bearer",
                "authorization_credentials": "$__file{/run/s/contact.team-webhook0.token}",
            },
        },
        {
            "uid": "team-chat0",
            "type": "slack",
            "settings": {"url": "$__file{/run/s/contact.team-chat0.url}", "recipient": "#ops"},
        },
    ]
    assert found["secrets"]["contact.team-webhook0.token"] == "three"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (
            {"contact_points": [{"name": "a", "chat": [{"url": "x"}]}]},
            "grafana_contact_points[0].chat[0].url is no plain address; give one such as "
            "http://127.0.0.1:9100",
        ),
        (
            {"contact_points": [{"name": "a" * 29, "webhook": [{"url": "http://a"}]}]},
            "grafana_contact_points[0].name must be of at most 28 letters, digits, - and _",
        ),
        (
            {"plugins": [{"id": "Panel", "sha256": "0" * 64, "url": "http://a/p.zip"}]},
            "grafana_plugins[0].id must be the plug-in's own, of small letters, digits and -",
        ),
        (
            {"data_sources": [{"name": "A", "uid": "-", "type": "loki"}]},
            "grafana_data_sources[0].uid must be of at most 40 letters, digits, - and _, "
            "with no sign first",
        ),
        (
            {"dashboards": {"team": {}}},
            "grafana_dashboards.team must be a map of dashboards by the names of their files",
        ),
    ],
    ids=["address", "name", "plug-in", "uid", "folder"],
)
def test_what_is_wrong_is_said(given: dict[str, Any], says: str) -> None:
    assert made(**given)["problems"] == [says]
