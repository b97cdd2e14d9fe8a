"""One webhook to send, and what it makes true; a notebook that collects them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any, Literal
from uuid import UUID

Source = Literal["argocd", "github", "gitlab"]
Signature = Literal["bearer", "hmac", "standard", "token"]
Topic = Literal["deployment", "commit", "change", "incident"]


@dataclass(frozen=True)
class Fact:
    """A thing that exists once this delivery was read; several deliveries may tell the same."""

    topic: Topic
    key: str
    service: str


@dataclass(frozen=True)
class Delivery:
    """One webhook, ready to be signed and sent."""

    source: Source
    kind: str
    delivery: str
    signature: Signature
    body: bytes
    at: datetime
    facts: tuple[Fact, ...] = ()
    malformed: bool = False


@dataclass
class Notebook:
    """Collects deliveries up to the end of the story; every random choice comes from `random`."""

    random: Random
    until: datetime
    deliveries: list[Delivery] = field(default_factory=list)

    def deliver(
        self,
        source: Source,
        kind: str,
        body: dict[str, Any],
        at: datetime,
        facts: Iterable[Fact] = (),
    ) -> None:
        """Note a webhook, unless it lies beyond the end of the story."""
        # Drawn in any case, so that the end of the story does not change what came before it.
        delivery = str(UUID(int=self.random.getrandbits(128), version=4))
        signature = self._signature(source)
        if at > self.until:
            return
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        self.deliveries.append(Delivery(source, kind, delivery, signature, text, at, tuple(facts)))

    def _signature(self, source: Source) -> Signature:
        if source == "gitlab":
            return "standard" if self.random.random() < 0.5 else "token"
        return "hmac" if source == "github" else "bearer"


def expected(deliveries: Iterable[Delivery]) -> dict[str, int]:
    """How many things of each topic the deliveries tell of, each counted once."""
    facts = {fact for delivery in deliveries for fact in delivery.facts}
    count = Counter(fact.topic for fact in facts)
    return {f"{topic}s": count[topic] for topic in ("deployment", "commit", "change", "incident")}
