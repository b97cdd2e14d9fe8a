from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given

from ansible_collections.stratum.platform.plugins.module_utils.run import timeline
from ansible_collections.stratum.platform.plugins.module_utils.run.critical import Hop
from ansible_collections.stratum.platform.tests.unit.run.simulated import (
    START,
    Piece,
    journal,
    products,
)

TWO_TIERS = [
    Piece("i0", 0, seconds=1.0),
    Piece("i1", 0, seconds=3.0),
    Piece("i2", 1, needs=("i0",), seconds=4.0),
]


def of(pieces: list[Piece], schedule: str = "tiers") -> timeline.Timeline:
    found = timeline.of_events(journal(pieces, schedule))
    assert found is not None
    return found


def test_a_journal_without_a_run_has_no_timeline() -> None:
    assert timeline.of_events([]) is None


def test_a_bar_has_the_moments_of_its_instance() -> None:
    bar = of(TWO_TIERS).bars[2]
    moments = (bar.waiting_from, bar.started_at, bar.probing_from, bar.ready_at, bar.ended_at)
    assert moments == (START, START + 3, START + 7, START + 7, START + 7)


def test_a_bar_has_the_state_and_revision_of_its_instance() -> None:
    bar = of(TWO_TIERS).bars[2]
    assert (bar.state, bar.revision) == ("changed", 3)


def test_needs_are_explicit_edges_and_the_rest_of_the_tier_before_is_not() -> None:
    edges = of(TWO_TIERS).bars[2].edges
    assert edges == (
        timeline.Edge("i0", True, ("needs i0",)),
        timeline.Edge("i1", False),
    )


def test_an_instance_at_work_is_waiting_then_working() -> None:
    events = journal(TWO_TIERS)[:5]
    found = timeline.of_events(events)
    assert found is not None
    assert [bar.state for bar in found.bars] == ["working", "working", "waiting"]


def test_a_blocked_bar_names_what_blocks_it() -> None:
    pieces = [Piece("i0", 0, fate="failed"), Piece("i1", 1)]
    bar = of(pieces).bars[1]
    assert (bar.state, bar.by, bar.started_at) == ("blocked", ("i0",), None)


def test_the_critical_path_tells_a_barrier_from_a_need() -> None:
    assert of(TWO_TIERS).critical_path == (
        Hop("i1", 3.0),
        Hop("i2", 4.0, "tier"),
    )


def test_the_critical_path_gives_the_reasons_of_a_need() -> None:
    assert of(TWO_TIERS, "graph").critical_path == (
        Hop("i0", 1.0),
        Hop("i2", 4.0, "needs", ("needs i0",)),
    )


def test_slack_is_how_much_later_an_instance_could_have_been() -> None:
    assert of(TWO_TIERS).slack == pytest.approx({"i0": 2.0, "i1": 0.0, "i2": 0.0})


def test_the_barrier_cost_is_what_the_graph_would_save() -> None:
    barrier = of(TWO_TIERS).barrier
    assert barrier.cost_seconds == pytest.approx(2.0)
    assert barrier.text == (
        "The tier barriers cost 2.0 s of 7.0 s: with `schedule: graph` this run would take "
        "about 5.0 s."
    )


def test_barriers_that_hold_nothing_cost_nothing() -> None:
    pieces = [Piece("i0", 0), Piece("i1", 1, needs=("i0",))]
    assert of(pieces).barrier.text == "The tier barriers cost nothing in this run."


def test_a_graph_has_no_barriers() -> None:
    text = of(TWO_TIERS, "graph").barrier.text
    assert text == "No tier barriers: this run had `schedule: graph`."


def test_a_run_with_a_failure_does_not_tell_what_the_barriers_cost() -> None:
    pieces = [Piece("i0", 0, fate="failed"), Piece("i1", 1)]
    assert of(pieces).barrier.text == (
        "What the tier barriers cost is not known: not every instance became ready."
    )


@given(products())
def test_the_critical_path_never_goes_back_in_time(product: tuple[list[Piece], str]) -> None:
    found = of(*product)
    by_name = {bar.instance: bar for bar in found.bars}
    hops = [by_name[hop.instance] for hop in found.critical_path]
    for earlier, later in pairwise(hops):
        assert earlier.released_at is not None
        assert later.started_at is not None
        assert earlier.released_at <= later.started_at


@given(products())
def test_slack_is_never_negative_and_someone_has_none(product: tuple[list[Piece], str]) -> None:
    slack = of(*product).slack
    assert min(slack.values(), default=0.0) == pytest.approx(0.0, abs=1e-6)


@given(products())
def test_barriers_never_make_a_run_shorter(product: tuple[list[Piece], str]) -> None:
    found = of(*product)
    if found.barrier.cost_seconds is not None:
        assert 0.0 <= found.barrier.cost_seconds <= found.seconds


@given(products())
def test_every_instance_of_the_run_has_one_bar(product: tuple[list[Piece], str]) -> None:
    assert [bar.instance for bar in of(*product).bars] == [piece.name for piece in product[0]]
