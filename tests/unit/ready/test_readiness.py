"""Waiting for readiness, against a clock that only the pauses move."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from ansible_collections.stratum.platform.plugins.module_utils.ready import readiness
from ansible_collections.stratum.platform.plugins.module_utils.ready.probe import Probe
from ansible_collections.stratum.platform.plugins.module_utils.ready.status import State, Status

PROBES = [{"kind": "http", "url": "a"}, {"kind": "http", "url": "b"}]
NOT_YET = Status(State.IN_PROGRESS, "not yet", ("last line",))


@dataclass
class Clock:
    """Time passes only in pauses."""

    now: float = 100.0
    pauses: list[float] = field(default_factory=list)

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds

    def wait(self, ask: Callable[[Probe], Status], timeout: float = 30) -> Status:
        return readiness.wait(PROBES, ask, timeout, lambda: self.now, self.pause)


def current(wanted: Probe) -> Status:
    return Status(State.CURRENT, f"{wanted['url']} answers")


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_all_current_is_current_at_once(clock: Clock) -> None:
    assert clock.wait(current) == Status(State.CURRENT, "2 of 2 probes are Current")
    assert clock.pauses == []


def test_the_first_that_is_not_current_is_told() -> None:
    assert readiness.check(PROBES, lambda p: NOT_YET if p["url"] == "b" else current(p)) == NOT_YET


def test_nothing_to_ask_is_current() -> None:
    assert readiness.check([], current) == Status(State.CURRENT, "0 of 0 probes are Current")


def test_it_waits_until_the_last_is_current(clock: Clock) -> None:
    status = clock.wait(lambda p: current(p) if clock.now > 105 or p["url"] == "a" else NOT_YET)
    assert status.current
    assert 105 < clock.now < 107


def test_the_pauses_begin_short_and_stay_below_a_second(clock: Clock) -> None:
    clock.wait(lambda _probe: NOT_YET, timeout=60)
    assert clock.pauses[0] == 0.05
    assert clock.pauses[:-1] == sorted(clock.pauses[:-1])
    assert max(clock.pauses) == 1.0


def test_when_the_time_is_over_the_last_status_is_told(clock: Clock) -> None:
    assert clock.wait(lambda _probe: NOT_YET, timeout=30) == NOT_YET
    assert clock.now == pytest.approx(130)


def test_without_time_it_asks_once(clock: Clock) -> None:
    asked: list[Probe] = []

    def ask(wanted: Probe) -> Status:
        asked.append(wanted)
        return NOT_YET

    assert clock.wait(ask, timeout=0) == NOT_YET
    assert asked == PROBES[:1]


def test_what_has_failed_for_good_is_not_waited_for(clock: Clock) -> None:
    failed = Status(State.FAILED, "program a is FATAL")
    assert clock.wait(lambda _probe: failed) == failed
    assert clock.pauses == []


@pytest.mark.parametrize("state", [s for s in State if s not in (State.CURRENT, State.FAILED)])
def test_every_other_state_may_still_become_current(clock: Clock, state: State) -> None:
    assert clock.wait(lambda p: current(p) if clock.pauses else Status(state, "")).current
