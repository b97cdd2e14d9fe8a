"""docs/connect.md shows a configuration that Argo CD accepts and that yields what we read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from stratum.events.argocd import Notification

PAGE = Path(__file__).parents[4] / "docs" / "connect.md"


@pytest.fixture
def data():
    text = re.search(r"```yaml\n(apiVersion.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    document = yaml.safe_load(text.group(1))
    assert document["metadata"]["name"] == "argocd-notifications-cm"
    return {key: yaml.safe_load(value) for key, value in document["data"].items()}


def test_template_sends_every_field_that_the_parser_reads(data):
    body = data["template.stratum-deployment"]["webhook"]["stratum"]["body"]
    sent = set(re.findall(r'^[{ ]"(\w+)":', body, re.MULTILINE))
    assert set(Notification.__struct_fields__) <= sent


def test_trigger_is_a_list_that_sends_template_names(data):
    triggers = data["trigger.on-stratum-deployment"]
    assert [entry["send"] for entry in triggers] == [["stratum-deployment"]] * 3
    assert {entry["oncePer"] for entry in triggers} == {"app.status.operationState.finishedAt"}
    assert all(set(entry) == {"description", "when", "oncePer", "send"} for entry in triggers)


def test_subscription_names_the_service_and_the_trigger(data):
    assert data["subscriptions"] == [
        {"recipients": ["stratum"], "triggers": ["on-stratum-deployment"]}
    ]
    assert "service.webhook.stratum" in data
