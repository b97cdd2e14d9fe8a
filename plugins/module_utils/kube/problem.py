"""What can go wrong with a cluster: each error says what, where, and how to mend it."""

from __future__ import annotations

from collections.abc import Sequence


class KubeError(Exception):
    """The base of this room's errors; `evidence` are lines that show it."""

    def __init__(self, what: str, where: str, cure: str, evidence: Sequence[str] = ()) -> None:
        self.what = what
        self.where = where
        self.cure = cure
        self.evidence = tuple(evidence)
        super().__init__(str(self))

    def __str__(self) -> str:
        said = f"{self.where}: {self.what}" if self.where else self.what
        return f"{said}\n  {self.cure}" if self.cure else said


class SourceError(KubeError):
    """A source that cannot be read, or that holds no Kubernetes objects."""


class AccessError(KubeError):
    """A kubeconfig that does not say how to reach a cluster."""


class Unreachable(KubeError):  # noqa: N818  (named for what is seen, as the others)
    """The API server does not answer."""


class ConnectionLost(Unreachable):
    """A stream of the API server ended in the middle; whoever follows it lists again."""


class Expired(KubeError):  # noqa: N818
    """A watch from a resourceVersion that the API server no longer knows (410)."""


class Unauthorized(KubeError):  # noqa: N818
    """The credentials are not, or no longer, accepted (401)."""


class Forbidden(KubeError):  # noqa: N818
    """The account may not do that (403)."""


class NotFound(KubeError):  # noqa: N818
    """No such object (404)."""


class UnknownKind(NotFound):
    """The API server serves no such kind."""


class AlreadyExists(KubeError):  # noqa: N818
    """An object that was to be created is there (409)."""


class Outdated(KubeError):  # noqa: N818
    """A replace or delete that was made for another version of the object (409)."""


class Conflict(KubeError):  # noqa: N818
    """Fields that another field manager owns (409)."""


class Invalid(KubeError):  # noqa: N818
    """The API server refuses the object's content (422, 400)."""


class Immutable(Invalid):
    """A change of a field that cannot change."""


class Terminating(KubeError):  # noqa: N818
    """The namespace is being deleted."""


class Refused(KubeError):  # noqa: N818
    """The API server, or an admission webhook, answers with another error."""


class OwnedByAnother(KubeError):  # noqa: N818
    """An object belongs to another release."""


class Busy(KubeError):  # noqa: N818
    """Another run is at work on the release."""


class LostLease(KubeError):  # noqa: N818
    """The release was taken over by another run."""


class NotReady(KubeError):  # noqa: N818
    """Objects that were applied but do not become ready."""
