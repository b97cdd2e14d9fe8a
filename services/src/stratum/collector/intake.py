"""Takes an authenticated delivery or batch of points: stores it once, answers when it is on disk.

Knows nothing of HTTP servers. A delivery seen before is not stored again; while its first copy is
still being written, the second waits for it.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Mapping, Sequence

from stratum.collector.authentication import (
    Decision,
    Refused,
    Secret,
    check_bearer,
    check_github,
    check_gitlab,
)
from stratum.collector.commit import GroupCommit, Render
from stratum.collector.deliveries import Deliveries
from stratum.collector.errors import WalError
from stratum.collector.exchange import Request, Response, answer, refuse, unavailable
from stratum.collector.lines import (
    DeadLetterLine,
    EventLine,
    identity,
    render_line,
    render_points,
    time_text,
)
from stratum.collector.measures import Measures
from stratum.collector.points import PointError, read_points
from stratum.collector.reading import Event, Unreadable, delivery_key, kept_headers, read_event
from stratum.collector.record import Kind

METRICS = "metrics"

Secrets = Mapping[str, Sequence[Secret]]


class Intake:
    def __init__(
        self,
        collector: str,
        secrets: Secrets,
        commit: GroupCommit,
        deliveries: Deliveries,
        measures: Measures,
        clock: Callable[[], int],
    ) -> None:
        self._collector = collector
        self._secrets = secrets
        self._commit = commit
        self._deliveries = deliveries
        self._measures = measures
        self._clock = clock

    async def take(self, source: str, request: Request) -> Response:
        """`source` is one of the hooks' names, or `metrics`."""
        decision = self._authenticate(source, request)
        if isinstance(decision, Refused):
            return self._unauthorised(source, decision)
        try:
            if source == METRICS:
                return await self._take_points(request)
            return await self._take_event(source, request, sample=decision.secret.sample)
        except WalError as error:
            self._measures.rejected.labels(source, "wal_failed").inc()
            return unavailable(error.message)

    def _authenticate(self, source: str, request: Request) -> Decision:
        secrets, headers = self._secrets[source], request.headers
        if not secrets:
            return Refused(
                f"no secret is configured for {source}",
                f"add one to sources.{source}.secrets in the collector's settings",
            )
        if source == "github":
            return check_github(headers, request.body, secrets)
        if source == "gitlab":
            return check_gitlab(headers, request.body, secrets, self._clock() / 1_000_000)
        return check_bearer(headers, secrets)

    def _unauthorised(self, source: str, refused: Refused) -> Response:
        self._measures.rejected.labels(source, "unauthorised").inc()
        scheme = (("www-authenticate", f'Bearer realm="{source}"'),)
        return refuse(401, "unauthorised", refused.reason, hint=refused.hint, headers=scheme)

    async def _take_event(self, source: str, request: Request, *, sample: bool) -> Response:
        found, now = read_event(source, request.headers, request.body), self._clock()
        line: EventLine | DeadLetterLine
        if isinstance(found, Event):
            kind, status, counter = Kind.EVENTS, "accepted", self._measures.accepted
            line = _event_line(source, found, request, now, sample=sample)
        else:
            kind, status, counter = Kind.DEAD_LETTER, "dead_letter", self._measures.dead_letters
            line = _dead_letter_line(source, found, request, now)
        render = render_line(self._collector, line)
        first = await self._store(kind, f"{source}:{found.delivery}", 1, now, render)
        if first is None:
            return self._duplicate(source)
        counter.labels(source).inc()
        return answer(202, {"status": status, "id": identity(self._collector, first)})

    async def _take_points(self, request: Request) -> Response:
        try:
            points = read_points(request.body)
        except PointError as error:
            self._measures.rejected.labels(METRICS, error.code).inc()
            return Response(400, error.json())
        now = self._clock()
        delivery = delivery_key(request.headers.get("idempotency-key", ""))
        key = f"{METRICS}:{delivery}" if delivery else ""
        render = render_points(self._collector, now, points)
        first = await self._store(Kind.POINTS, key, len(points), now, render)
        if first is None:
            return self._duplicate(METRICS)
        self._measures.accepted.labels(METRICS).inc(len(points))
        return answer(202, {"status": "accepted", "points": len(points)})

    async def _store(
        self, kind: Kind, key: str, count: int, received_us: int, render: Render
    ) -> int | None:
        """The first sequence number, once on disk; None for a delivery that is there already."""
        if key in self._deliveries:
            return None
        if key and (earlier := self._deliveries.pending(key)):
            await asyncio.shield(earlier)
            return None
        first, commit = self._commit.append(kind, key, count, received_us, render)
        if key:
            self._deliveries.begin(key, commit)
        # A client that goes away must not take the commit of a whole group with it.
        await asyncio.shield(commit)
        return first

    def _duplicate(self, source: str) -> Response:
        self._measures.duplicates.labels(source).inc()
        return answer(200, {"status": "duplicate"})


def _event_line(
    source: str, event: Event, request: Request, received_us: int, *, sample: bool
) -> EventLine:
    return EventLine(
        source=source,
        kind=event.kind,
        delivery=event.delivery,
        received_at=time_text(received_us),
        sample=sample,
        headers=kept_headers(request.headers),
        body=event.body,
    )


def _dead_letter_line(
    source: str, letter: Unreadable, request: Request, received_us: int
) -> DeadLetterLine:
    return DeadLetterLine(
        source=source,
        received_at=time_text(received_us),
        delivery=letter.delivery,
        reason=letter.reason,
        headers=kept_headers(request.headers),
        body_base64=base64.b64encode(request.body).decode(),
    )
