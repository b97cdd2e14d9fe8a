"""Messages of controllers, as long as they may be."""

from __future__ import annotations

from ansible_collections.stratum.platform.plugins.module_utils.kube.condition import clipped

END = ": 401 Unauthorized"


def test_of_a_long_message_its_beginning_and_its_end_stay() -> None:
    found = clipped(f"failed to pull {'a' * 400}:\n  401 Unauthorized")
    assert found.startswith("failed to pull aaa")
    assert found.endswith("…" + "a" * (100 - len(END)) + END)
    assert len(found) == 300


def test_a_short_message_stays_whole_on_one_line() -> None:
    assert clipped(f"{'a' * 298}\nb") == f"{'a' * 298} b"
