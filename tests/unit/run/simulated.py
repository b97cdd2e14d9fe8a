"""Runs of random products, simulated: the journal that an engine which keeps the order writes."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

Event = dict[str, Any]
START = 1000.0


@dataclass(frozen=True)
class Piece:
    """One instance of a simulated product."""

    name: str
    tier: int
    needs: tuple[str, ...] = ()
    delay: float = 0.0
    seconds: float = 1.0
    fate: str = "changed"


@st.composite
def products(draw: st.DrawFn) -> tuple[list[Piece], str]:
    """Pieces in topological order, and the schedule."""
    size = draw(st.integers(1, 8))
    tiers = sorted(draw(st.lists(st.integers(0, 3), min_size=size, max_size=size)))
    seconds = st.floats(0.1, 5.0).map(lambda value: round(value, 2))
    pieces: list[Piece] = []
    for number, tier in enumerate(tiers):
        needs = draw(
            st.sets(st.sampled_from([p.name for p in pieces]), max_size=3)
            if pieces
            else st.just(set())
        )
        fate = draw(st.sampled_from(["changed", "changed", "unchanged", "ok", "failed"]))
        piece = Piece(f"i{number}", tier, tuple(sorted(needs)), draw(seconds), draw(seconds), fate)
        pieces.append(piece)
    return pieces, draw(st.sampled_from(["tiers", "graph"]))


def journal(pieces: Sequence[Piece], schedule: str = "tiers") -> list[Event]:
    """The events of a run of `pieces`, in order."""
    return _Simulation(list(pieces), schedule).events()


@dataclass
class _Simulation:
    pieces: list[Piece]
    schedule: str
    out: list[Event] = field(default_factory=list)
    ended: dict[str, str] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)
    queue: list[tuple[float, int, str, Piece]] = field(default_factory=list)

    def events(self) -> list[Event]:
        self.put("run_started", START, **self.opening())
        self.put("preflight", START, problems=[])
        for piece in self.pieces:
            if self.waits_for(piece):
                self.put(
                    "waiting", START, instance=piece.name, pid=1, **{"for": self.waits_for(piece)}
                )
        self.release(START)
        while self.queue:
            time, _number, kind, piece = heapq.heappop(self.queue)
            self.begin(piece, time) if kind == "begin" else self.end(piece, time)
            self.release(time)
        states: dict[str, int] = {}
        for state in self.ended.values():
            states[state] = states.get(state, 0) + 1
        self.put("run_ended", self.out[-1]["time"], states=states)
        return self.out

    def release(self, time: float) -> None:
        """Start or block, in product order, whatever now can be."""
        for piece in self.pieces:
            if piece.name in self.done:
                continue
            states = [self.ended.get(name) for name in self.waits_for(piece)]
            bad = [n for n in self.waits_for(piece) if self.ended.get(n) in ("failed", "blocked")]
            if bad:
                self.done.add(piece.name)
                self.put_end(piece, time, "blocked", None, f"blocked by {', '.join(bad)}", bad)
            elif None not in states:
                self.done.add(piece.name)
                self.push(time + piece.delay, "begin", piece)

    def begin(self, piece: Piece, time: float) -> None:
        observed = {name: self.revision(name) for name in self.waits_for(piece)}
        self.put("started", time, instance=piece.name, observed=observed)
        self.push(time + piece.seconds, "end", piece)

    def end(self, piece: Piece, time: float) -> None:
        if piece.fate == "failed":
            self.put_end(piece, time, "failed", None, "it was told to fail", [])
            return
        self.put("phase", time, instance=piece.name, phase="ready")
        self.put("ready", time, instance=piece.name, revision=self.revision(piece.name), outputs={})
        self.put_end(piece, time, piece.fate, self.revision(piece.name), None, [])

    def revision(self, name: str) -> int:
        """Each instance has another one, so that mixing them up is seen."""
        return int(name[1:]) + 1

    def push(self, time: float, kind: str, piece: Piece) -> None:
        heapq.heappush(self.queue, (round(time, 2), self.pieces.index(piece), kind, piece))

    def put(self, event: str, time: float, **fields: object) -> None:
        self.out.append({"event": event, "time": time, **fields})

    def put_end(
        self,
        piece: Piece,
        time: float,
        state: str,
        revision: int | None,
        reason: str | None,
        by: list[str],
    ) -> None:
        self.ended[piece.name] = state
        self.put(
            "ended",
            time,
            instance=piece.name,
            state=state,
            revision=revision,
            reason=reason,
            by=by,
            evidence=[],
        )

    def tier_before(self, piece: Piece) -> int | None:
        earlier = [p.tier for p in self.pieces if p.tier < piece.tier]
        return max(earlier) if earlier and self.schedule == "tiers" else None

    def waits_for(self, piece: Piece) -> list[str]:
        barrier = [p.name for p in self.pieces if p.tier == self.tier_before(piece)]
        return [*piece.needs, *(name for name in barrier if name not in piece.needs)]

    def opening(self) -> dict[str, Any]:
        return {
            "run": "20261121T120000Z-0001",
            "pid": 1,
            "check": False,
            "opened_by": "callback",
            "product": "simulated",
            "release": "1.0.0",
            "environment": "test",
            "schedule": self.schedule,
            "tiers": [
                {"name": f"t{tier}", "instances": [p.name for p in self.pieces if p.tier == tier]}
                for tier in sorted({p.tier for p in self.pieces})
            ],
            "instances": [self.entry(piece) for piece in self.pieces],
        }

    def entry(self, piece: Piece) -> dict[str, Any]:
        before = self.tier_before(piece)
        return {
            "name": piece.name,
            "component": piece.name,
            "tier": f"t{piece.tier}",
            "needs": [{"instance": name, "reasons": [f"needs {name}"]} for name in piece.needs],
            "after_tier": None if before is None else f"t{before}",
            "on_failure": "stop_dependents",
            "version": "1.0.0",
        }
