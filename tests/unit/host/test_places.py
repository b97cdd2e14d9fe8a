"""Where the parts of an instance lie."""

from __future__ import annotations

from dataclasses import asdict

from ansible_collections.stratum.platform.plugins.module_utils.host.places import places


def test_an_embedded_instance_has_all_in_its_folder() -> None:
    assert asdict(places("etl@local", "supervisord", "/p/components/etl@local", "delivery")) == {
        "config": "/p/components/etl@local/config",
        "secrets": "/p/components/etl@local/config",
        "credentials": "/p/components/etl@local/config",
        "data": "/p/components/etl@local/data",
        "log": "/p/components/etl@local/log",
        "home": "/p/components/etl@local",
        "programs": "/p/components/etl@local/versions",
        "account": "",
    }


def test_on_a_machine_each_part_lies_where_operators_look_for_it() -> None:
    assert asdict(places("etl@a", "systemd", "/elsewhere", "delivery")) == {
        "config": "/etc/stratum/etl",
        "secrets": "/etc/stratum/etl/secrets",
        "credentials": "$CREDENTIALS_DIRECTORY",
        "data": "/var/lib/stratum/delivery/etl",
        "log": "",
        "home": "/opt/stratum/etl",
        "programs": "/opt/stratum/etl/versions",
        "account": "stratum-etl",
    }


def test_a_pod_has_its_configuration_where_every_pod_has_it() -> None:
    assert asdict(places("etl@cluster", "kubernetes", "", "delivery")) == {
        "config": "/etc/stratum/config",
        "secrets": "/etc/stratum/secrets",
        "credentials": "/etc/stratum/secrets",
        "data": "/data",
        "log": "",
        "home": "",
        "programs": "",
        "account": "",
    }
