"""Rules of a task, as they are written."""

from __future__ import annotations

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.kube.problem import SourceError
from ansible_collections.stratum.platform.plugins.module_utils.kube.rules import (
    Rule,
    parse,
    rule_for,
)


def test_the_last_rule_of_a_kind_counts() -> None:
    rules = parse(
        [
            {"kind": "Widget.example.org", "condition": "Ready"},
            {"kind": "Widget.example.org", "path": "status.phase", "equals": "Bound"},
        ]
    )
    expected = Rule("Widget.example.org", path="status.phase", equals="Bound")
    assert rule_for("Widget.example.org", rules) == expected
    assert rule_for("Gadget.example.org", rules) is None


def test_all_rules_that_are_wrong_are_told_at_once() -> None:
    wrong = [
        {"kind": "Widget.example.org", "condition": "Ready"},
        {"kind": "Widget.example.org", "conditions": "Ready"},
        {"kind": "Widget.example.org", "path": 1, "equals": 1},
    ]
    with pytest.raises(SourceError) as caught:
        parse(wrong)
    assert str(caught.value) == (
        "rules[1] is {'kind': 'Widget.example.org', 'conditions': 'Ready'}; "
        "rules[2] is {'kind': 'Widget.example.org', 'path': 1, 'equals': 1}\n"
        "  write a rule as {kind: Certificate.cert-manager.io, condition: Ready} or "
        "{kind: Widget.example.org, path: status.phase, equals: Bound}"
    )
