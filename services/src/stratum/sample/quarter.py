"""Ninety days of Harbour as a list of deliveries, with the disorder of a real network."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from stratum.sample.delivery import Delivery, Notebook, Source, expected
from stratum.sample.organisation import SERVICES
from stratum.sample.team import Team

DAYS = 90
REDELIVERED = 9
LATE = 5
SWAPPED = 12

MALFORMED: tuple[tuple[Source, str, bytes], ...] = (
    ("github", "push", b'{"ref":"refs/heads/main","before":"0f3c'),
    ("gitlab", "Deployment Hook", b"<html><body>502 Bad Gateway</body></html>"),
    ("argocd", "deployment", b'{"app":"checkout-production","revision":,}'),
)


@dataclass(frozen=True)
class Quarter:
    """The deliveries in the order in which they are sent, and what they amount to.

    `services` counts the deployments of each service.
    """

    since: datetime
    until: datetime
    deliveries: tuple[Delivery, ...]
    expected: dict[str, int]
    services: dict[str, int]


def quarter(until: datetime, seed: int) -> Quarter:
    """The same deliveries, byte for byte, for the same `until` and `seed`."""
    until = until.replace(microsecond=0)
    since = until - timedelta(days=DAYS)
    # Not for secrecy: the story must be the same each time it is told.
    random = Random(f"{seed}/{until.isoformat()}")  # noqa: S311
    notebook = Notebook(random, until)
    midnight = since.replace(hour=0, minute=0, second=0) + timedelta(days=1)
    for service in SERVICES:
        team = Team(service, notebook)
        for number in range(DAYS):
            day = midnight + timedelta(days=number)
            if day.weekday() < 5 and random.random() < service.chance_a_day:
                team.work(day)
    told = [item for item in notebook.deliveries if item.at > since]
    told.sort(key=lambda delivery: (delivery.at, delivery.delivery))
    facts = {fact for item in told for fact in item.facts if fact.topic == "deployment"}
    services = dict(sorted(Counter(fact.service for fact in facts).items()))
    return Quarter(since, until, tuple(_disorder(told, random)), expected(told), services)


def _disorder(told: list[Delivery], random: Random) -> list[Delivery]:
    """Some arrive swapped, some late, some twice, and some cannot be read."""
    order = list(told)
    for place in sorted(random.sample(range(len(order) - 1), SWAPPED)):
        order[place], order[place + 1] = order[place + 1], order[place]
    late = [order.pop(random.randrange(len(order) // 2)) for _ in range(LATE)]
    for _ in range(REDELIVERED):
        place = random.randrange(len(order) - 30)
        order.insert(place + random.randint(1, 30), order[place])
    for source, kind, body in MALFORMED:
        place = random.randrange(len(order))
        like = next(item for item in told if item.source == source)
        identity = str(UUID(int=random.getrandbits(128), version=4))
        order.insert(
            place,
            replace(like, kind=kind, delivery=identity, body=body, facts=(), malformed=True),
        )
    return order + late
