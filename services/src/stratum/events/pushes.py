"""What pushes of GitHub and GitLab have in common: both list commits in the same form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct

from stratum.events.names import repository_name
from stratum.events.reading import event_name
from stratum.events.rows import CommitRow, Envelope
from stratum.events.times import milliseconds, read_time

BRANCH = "refs/heads/"


class Author(Struct):
    name: str = ""


class Commit(Struct):
    id: str
    timestamp: str
    message: str = ""
    url: str = ""
    author: Author | None = None


def commit_times(envelope: Envelope, commits: Sequence[Commit]) -> list[datetime]:
    """When each commit was authored, in the order of the body."""
    event = event_name(envelope)
    return [
        read_time(event, f"$.commits[{index}].timestamp", commit.timestamp)
        for index, commit in enumerate(commits)
    ]


def not_after_receipt(envelope: Envelope, times: Sequence[datetime]) -> datetime:
    """The newest commit's time, as that of the push; a clock that is ahead moves nothing."""
    return min(max(times, default=envelope.received_at), envelope.received_at)


@dataclass(frozen=True)
class BranchPush:
    """Commits that came onto a branch, oldest first; `parent` is the first one's, "" if unknown."""

    url: str
    ref: str
    commits: Sequence[Commit]
    times: Sequence[datetime]
    parent: str
    pushed_at: datetime

    def rows(self, envelope: Envelope) -> tuple[CommitRow, ...]:
        """A row a commit; each continues the one before it."""
        parents = [self.parent, *(commit.id for commit in self.commits)]
        return tuple(
            CommitRow(
                repository=repository_name(self.url),
                branch=self.ref.removeprefix(BRANCH),
                sha=commit.id,
                parent=parents[index],
                position=milliseconds(self.pushed_at) * 1000 + index,
                authored_at=self.times[index],
                author=commit.author.name if commit.author else "",
                message=commit.message,
                pushed_at=self.pushed_at,
                url=commit.url,
                event_id=envelope.id,
                sample=envelope.sample,
            )
            for index, commit in enumerate(self.commits)
        )
