"""Posts the deliveries to the collector, a few at a time, and counts its answers."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass

import httpx
import msgspec

from stratum.sample.delivery import Delivery
from stratum.sample.errors import SampleError
from stratum.sample.signing import Secrets, headers

AT_ONCE = 4
TRIES = 8
LONGEST_PAUSE = 30.0

Sleep = Callable[[float], Awaitable[None]]
Progress = Callable[[int, int], None]


class Answer(msgspec.Struct):
    """What the collector says it did with a delivery."""

    status: str


@dataclass(frozen=True)
class Sender:
    """Where to send, as whom, and how to wait and to tell of progress."""

    client: httpx.AsyncClient
    secrets: Secrets
    sleep: Sleep = asyncio.sleep
    progress: Progress = lambda _done, _of: None

    async def send(self, deliveries: Sequence[Delivery]) -> Counter[str]:
        """Send all; the count of each outcome. The order is nearly kept, as on a real network."""
        outcomes: Counter[str] = Counter()
        waiting = iter(deliveries)
        workers = [self._work(waiting, outcomes, len(deliveries)) for _ in range(AT_ONCE)]
        await asyncio.gather(*workers)
        return outcomes

    async def _work(self, waiting: Iterator[Delivery], outcomes: Counter[str], amount: int) -> None:
        for delivery in waiting:
            outcomes[await self._deliver(delivery)] += 1
            self.progress(outcomes.total(), amount)

    async def _deliver(self, delivery: Delivery) -> str:
        """One delivery; a collector that is full or not there yet is asked again."""
        trouble = ""
        for attempt in range(TRIES):
            try:
                answer = await self.client.post(
                    f"/hooks/{delivery.source}",
                    content=delivery.body,
                    headers=headers(delivery, self.secrets, time.time()),
                )
            except httpx.TransportError as error:
                trouble, pause = f"{type(error).__name__} {error}".strip(), 0.25 * 2**attempt
            else:
                if answer.status_code < 500:
                    return _outcome(answer, delivery)
                trouble, pause = f"status {answer.status_code}", _pause(answer, attempt)
            await self.sleep(min(pause, LONGEST_PAUSE))
        raise SampleError(
            f"gave up after {TRIES} tries: {trouble}",
            where=str(self.client.base_url.join(f"/hooks/{delivery.source}")),
            hint="see that the collector runs and is ready (GET /readyz), then send again",
        )


def _outcome(answer: httpx.Response, delivery: Delivery) -> str:
    if answer.is_success:
        try:
            return msgspec.json.decode(answer.content, type=Answer).status
        except msgspec.DecodeError as error:
            raise SampleError(
                f"this is no collector's answer: {error}", where=str(answer.request.url)
            ) from error
    hint = None
    if answer.status_code == 401:
        hint = "the secrets must be those of this collector (--secrets-dir)"
    raise SampleError(
        f"the collector refused a {delivery.source} {delivery.kind} with status "
        f"{answer.status_code}: {answer.text[:200]}",
        where=str(answer.request.url),
        hint=hint,
    )


def _pause(answer: httpx.Response, attempt: int) -> float:
    after = answer.headers.get("Retry-After", "")
    return float(after) if after.isdecimal() else 0.25 * 2**attempt
