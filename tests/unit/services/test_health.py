from __future__ import annotations

import msgspec

from stratum import __version__
from stratum.health import health_of


def test_health_has_the_keys_of_the_contract(monkeypatch):
    monkeypatch.setenv("STRATUM_REVISION", "sha256:1")

    body = msgspec.to_builtins(health_of("etl"))

    assert body == {
        "status": "ok",
        "service": "etl",
        "version": __version__,
        "revision": "sha256:1",
        "started_at": body["started_at"],
    }


def test_without_a_revision_it_is_null(monkeypatch):
    monkeypatch.delenv("STRATUM_REVISION", raising=False)

    assert health_of("etl").revision is None
