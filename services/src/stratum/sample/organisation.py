"""Harbour, a small shop: its people, services and rhythms. Data only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Person:
    """A person as Git and the two forges know them."""

    number: int
    login: str
    name: str

    @property
    def email(self) -> str:
        return f"{self.login}@harbour.example"


@dataclass(frozen=True)
class Service:
    """A service, where its code lives, what deploys it, and how lively it is.

    For every `calm` deployments to production that go well, one fails and one causes an incident.
    """

    name: str
    number: int
    forge: Literal["github", "gitlab"]
    deployer: Literal["argocd", "github", "gitlab"]
    chance_a_day: float
    calm: int
    major: int
    words: tuple[str, ...]

    @property
    def path(self) -> str:
        return f"harbour/{self.name}"

    @property
    def address(self) -> str:
        host = "github.com" if self.forge == "github" else "gitlab.com"
        return f"https://{host}/{self.path}"


PEOPLE = (
    Person(3101, "amina", "Amina Diallo"),
    Person(3102, "bjorn", "Björn Lindqvist"),
    Person(3103, "chiara", "Chiara Conti"),
    Person(3104, "dmitri", "Dmitri Orlov"),
    Person(3105, "emeka", "Emeka Okafor"),
    Person(3106, "fumiko", "Fumiko Tanaka"),
)

SERVICES = (
    Service(
        name="checkout",
        number=7001,
        forge="github",
        deployer="argocd",
        chance_a_day=0.62,
        calm=10,
        major=4,
        words=("basket totals", "voucher codes", "card retries", "tax rounding", "order e-mails"),
    ),
    Service(
        name="catalogue",
        number=7002,
        forge="github",
        deployer="argocd",
        chance_a_day=0.34,
        calm=9,
        major=2,
        words=("product images", "price history", "stock badges", "category tree"),
    ),
    Service(
        name="accounts",
        number=7003,
        forge="github",
        deployer="github",
        chance_a_day=0.26,
        calm=5,
        major=1,
        words=("sign-in throttling", "password reset", "session expiry", "address book"),
    ),
    Service(
        name="search",
        number=7004,
        forge="gitlab",
        deployer="gitlab",
        chance_a_day=0.26,
        calm=6,
        major=3,
        words=("synonyms", "typo tolerance", "index rebuild", "facet counts", "ranking"),
    ),
)

VERBS = ("Add", "Fix", "Speed up", "Simplify", "Rework", "Test", "Log")

SYMPTOMS = ("errors above 5 %", "slow responses", "blank page", "timeouts", "wrong totals")
