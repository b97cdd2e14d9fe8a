"""The days of one service: commits, review, staging, production, and what goes wrong."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from stratum.sample.delivery import Fact, Notebook
from stratum.sample.organisation import PEOPLE, SYMPTOMS, VERBS, Person, Service
from stratum.sample.payloads import github, gitlab
from stratum.sample.payloads.facts import Change, Commit, Incident, Push
from stratum.sample.rollout import ArgoRollout, Order, Rollout, rollout_of

STAGING_SHARE = 0.22
OPENED_SHARE = 0.2
HEAL_SHARE = 0.06
LINKED_SHARE = 0.6


@dataclass
class Team:
    """A service's team; remembers the branch's head, the numbers in use and what runs."""

    service: Service
    notebook: Notebook
    head: str = ""
    number: int = 100
    minor: int = 0
    patch: int = 0
    running: list[tuple[str, str]] = field(default_factory=list)
    fates: list[str] = field(default_factory=list)
    rollout: Rollout = field(init=False)

    def __post_init__(self) -> None:
        self.rollout = rollout_of(self.service, self.notebook)
        self.head = self._sha()
        self.number = self.notebook.random.randint(120, 480)
        self.minor = self.notebook.random.randint(8, 30)

    def work(self, day: datetime) -> None:
        """One working day on which something is merged."""
        random = self.notebook.random
        merged_at = day + timedelta(minutes=random.randint(8 * 60 + 30, 15 * 60))
        if isinstance(self.rollout, ArgoRollout) and random.random() < HEAL_SHARE:
            self.rollout.heal(
                "production", day + timedelta(hours=7, seconds=random.randint(0, 999))
            )
        self.minor, self.patch = self.minor + 1, 0
        order = self._merge(merged_at, kind="planned")
        if random.random() < STAGING_SHARE:
            end, _ = self.rollout.deploy(replace(order, environment="staging"))
            order = replace(order, at=end)
        self._to_production(replace(order, at=order.at + self._minutes(25, 140)))

    def _to_production(self, order: Order) -> None:
        fate = self._draw()
        if fate == "fails":
            self._fail(order)
        elif fate == "hurts":
            end, key = self.rollout.deploy(order)
            self.running.append((order.sha, order.release))
            self._suffer(replace(order, at=end), key)
        else:
            self.rollout.deploy(order)
            self.running.append((order.sha, order.release))

    def _draw(self) -> str:
        """The next card of a shuffled pack, so that each quarter has its share of trouble."""
        if not self.fates:
            self.fates = ["fails", "hurts"] + ["works"] * self.service.calm
            self.notebook.random.shuffle(self.fates)
        return self.fates.pop()

    def _fail(self, order: Order) -> None:
        """The deployment itself fails; it is tried again, or what broke is rolled back."""
        broken = isinstance(self.rollout, ArgoRollout) and self.notebook.random.random() < 0.5
        end, _ = self.rollout.deploy(replace(order, outcome="broken" if broken else "failure"))
        if broken and self.running:
            self._roll_back(order.actor, end + self._minutes(6, 25))
            return
        again = replace(order, at=end + self._minutes(18, 90))
        self.rollout.deploy(again)
        self.running.append((order.sha, order.release))

    def _suffer(self, order: Order, key: str) -> None:
        """An incident: opened, repaired by a rollback or a hotfix, closed."""
        random = self.notebook.random
        opened_at = order.at + self._minutes(12, 55)
        reporter = random.choice(PEOPLE)
        self.number += 1
        text = f"Seen by {reporter.name} on the dashboard since the last release."
        if random.random() < LINKED_SHARE:
            link = f"Caused by {order.sha}" if random.random() < 0.5 else f"deployment: {key}"
            text = f"{text}\n\n{link}\nservice: {self.service.name}"
        incident = Incident(
            service=self.service,
            number=self.number,
            title=f"{self.service.name}: {random.choice(SYMPTOMS)}",
            text=text,
            reporter=reporter,
            opened_at=opened_at,
            at=opened_at,
            resolved=False,
        )
        self._tell_incident(incident)
        if random.random() < 0.5 and len(self.running) > 1:
            end = self._roll_back(reporter, opened_at + self._minutes(9, 50))
        else:
            end = self._hotfix(opened_at + self._minutes(35, 160))
        closed_at = end + self._minutes(3, 25)
        self._tell_incident(replace(incident, at=closed_at, resolved=True))

    def _roll_back(self, actor: Person, at: datetime) -> datetime:
        """Deploy what ran before."""
        back_to = self.running[-2] if len(self.running) > 1 else self.running[-1]
        self.running.append(back_to)
        sha, release = back_to
        order = Order("production", sha, release, actor, at, kind="rollback", title="Roll back")
        return self.rollout.deploy(order)[0]

    def _hotfix(self, at: datetime) -> datetime:
        self.patch += 1
        order = self._merge(at, kind="hotfix")
        self.running.append((order.sha, order.release))
        return self.rollout.deploy(replace(order, at=at + self._minutes(6, 20)))[0]

    def _merge(self, at: datetime, *, kind: str) -> Order:
        """Write commits, have them reviewed, merge them; the order to deploy is the result."""
        random = self.notebook.random
        author = random.choice(PEOPLE)
        topic = random.choice(self.service.words)
        title = f"{random.choice(VERBS)} {topic}" if kind == "planned" else f"Repair {topic}"
        first = at - (self._minutes(90, 46 * 60) if kind == "planned" else self._minutes(12, 30))
        amount = random.randint(1, 3) if kind == "planned" else 1
        commits = [
            Commit(self._sha(), author, first + (at - first) * step / (amount + 1), title)
            for step in range(amount)
        ]
        self.number += 1
        merge = Commit(self._sha(), author, at, f"Merge #{self.number}: {title}")
        branch = f"{'hotfix' if kind == 'hotfix' else 'feature'}/{topic.replace(' ', '-')}"
        self._review(title, author, branch, commits[-1], merge)
        self._push((*commits, merge), at)
        release = f"{self.service.major}.{self.minor}.{self.patch}-{merge.sha[:12]}"
        return Order("production", merge.sha, release, author, at, kind=kind, title=merge.message)

    def _review(self, title: str, author: Person, branch: str, last: Commit, merge: Commit) -> None:
        opened_at = last.at + timedelta(seconds=90)
        change = Change(
            service=self.service,
            number=self.number,
            title=title,
            author=author,
            branch=branch,
            head=last,
            merge_sha=merge.sha,
            created_at=opened_at,
            at=opened_at,
            merged=False,
        )
        if self.notebook.random.random() < OPENED_SHARE:
            self._tell_change(change)
        self._tell_change(replace(change, at=merge.at, merged=True))

    def _push(self, commits: tuple[Commit, ...], at: datetime) -> None:
        push = Push(self.service, "main", self.head, commits, at)
        self.head = commits[-1].sha
        facts = [Fact("commit", commit.sha, self.service.name) for commit in commits]
        if self.service.forge == "github":
            self.notebook.deliver("github", "push", github.push(push), at, facts)
        else:
            self.notebook.deliver("gitlab", "Push Hook", gitlab.push(push), at, facts)

    def _tell_change(self, change: Change) -> None:
        facts = [Fact("change", f"{self.service.name}!{change.number}", self.service.name)]
        if self.service.forge == "github":
            body = github.pull_request(change)
            self.notebook.deliver("github", "pull_request", body, change.at, facts)
        else:
            body = gitlab.merge_request(change)
            self.notebook.deliver("gitlab", "Merge Request Hook", body, change.at, facts)

    def _tell_incident(self, incident: Incident) -> None:
        facts = [Fact("incident", f"{self.service.name}#{incident.number}", self.service.name)]
        if self.service.forge == "github":
            self.notebook.deliver("github", "issues", github.issues(incident), incident.at, facts)
        else:
            body = gitlab.incident(incident)
            self.notebook.deliver("gitlab", "Issue Hook", body, incident.at, facts)

    def _sha(self) -> str:
        return f"{self.notebook.random.getrandbits(160):040x}"

    def _minutes(self, least: int, most: int) -> timedelta:
        return timedelta(seconds=self.notebook.random.randint(least * 60, most * 60))
