"""The addresses of Alertmanagers in Prometheus' configuration."""

from __future__ import annotations

from ansible_collections.stratum.platform.plugins.module_utils.monitoring.address import (
    alertmanagers,
)


def test_each_address_is_one_alertmanager() -> None:
    assert alertmanagers("urls", ["http://a:9093", "https://b/alerts/"]) == {
        "problems": [],
        "configs": [
            {"scheme": "http", "static_configs": [{"targets": ["a:9093"]}]},
            {
                "scheme": "https",
                "path_prefix": "/alerts",
                "static_configs": [{"targets": ["b"]}],
            },
        ],
        "egress": [{"ports": [{"port": 443}]}, {"ports": [{"port": 9093}]}],
    }


def test_what_is_no_address_is_said() -> None:
    assert alertmanagers("urls", ["a:9093", "http://b?x=1"])["problems"] == [
        "urls[0] is no plain address; give one such as http://127.0.0.1:9100",
        "urls[1] is no plain address; give one such as http://127.0.0.1:9100",
    ]
