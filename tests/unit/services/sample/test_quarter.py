"""The sample quarter: always the same, readable, and as large as it says."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import msgspec
import pytest

from stratum.events import Envelope, parse
from stratum.sample.delivery import expected
from stratum.sample.quarter import LATE, MALFORMED, REDELIVERED, quarter

UNTIL = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def told():
    return quarter(UNTIL, 1)


def envelope(delivery):
    """The envelope that the collector makes of a delivery (contracts, section 7)."""
    kind = delivery.kind
    if delivery.source == "gitlab":
        kind = msgspec.json.decode(delivery.body)["object_kind"]
    return Envelope(
        id="c1-1",
        source=delivery.source,
        kind=kind,
        delivery=delivery.delivery,
        received_at=UNTIL,
        sample=True,
        body=delivery.body.decode(),
    )


@pytest.fixture(scope="module")
def parsed(told):
    return [parse(envelope(item)) for item in told.deliveries if not item.malformed]


def test_same_end_and_seed_tell_the_same_story(told):
    assert quarter(UNTIL, 1) == told


def test_another_end_shares_no_delivery(told):
    other = quarter(UNTIL.replace(minute=31), 1)
    assert not {item.delivery for item in other.deliveries} & {
        item.delivery for item in told.deliveries
    }


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_size_is_that_of_a_small_organisation(seed):
    assert 350 <= len(quarter(UNTIL, seed).deliveries) <= 550


def test_rows_add_up_to_what_the_story_expects(told, parsed):
    found = {
        "deployments": {
            (row.source, row.service, row.environment, row.id)
            for one in parsed
            for row in one.deployments
        },
        "commits": {(row.repository, row.branch, row.sha) for one in parsed for row in one.commits},
        "changes": {(row.repository, row.number) for one in parsed for row in one.changes},
        "incidents": {(row.source, row.id) for one in parsed for row in one.incidents},
    }
    assert {topic: len(keys) for topic, keys in found.items()} == told.expected


def test_services_add_up_to_the_deployments(told, parsed):
    found = {(row.service, row.id) for one in parsed for row in one.deployments}
    assert Counter(service for service, _ in found) == told.services
    assert sum(told.services.values()) == told.expected["deployments"]


def test_every_kind_of_deployment_and_result_occurs(parsed):
    rows = [row for one in parsed for row in one.deployments]
    assert {row.kind for row in rows} == {"planned", "hotfix", "rollback"}
    assert {row.result for row in rows} == {"running", "success", "failure"}


def test_every_deployed_commit_was_pushed_before(parsed):
    pushed = {row.sha[:12]: row.pushed_at for one in parsed for row in one.commits}
    rows = [row for one in parsed for row in one.deployments]
    unknown = {row.commit for row in rows if row.commit[:12] not in pushed}
    assert unknown == set()
    assert all(pushed[row.commit[:12]] <= row.started_at for row in rows)


def test_some_incidents_name_their_cause_and_some_do_not(parsed):
    rows = [row for one in parsed for row in one.incidents]
    assert {bool(row.deployment_ref) for row in rows} == {True, False}


def test_some_deliveries_come_twice_and_some_cannot_be_read(told):
    times = Counter(item.delivery for item in told.deliveries)
    assert sum(count - 1 for count in times.values()) == REDELIVERED
    assert sum(item.malformed for item in told.deliveries) == len(MALFORMED)


def test_last_deliveries_are_late(told):
    assert all(item.at < told.until.replace(month=10) for item in told.deliveries[-LATE:])


def test_nothing_lies_beyond_the_quarter(told):
    assert all(told.since < item.at <= told.until for item in told.deliveries)


def test_expectation_counts_a_thing_once(told):
    assert expected([*told.deliveries, *told.deliveries]) == told.expected
