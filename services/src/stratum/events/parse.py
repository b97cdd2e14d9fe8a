"""The entrance: hands an envelope to the parser of its source."""

from __future__ import annotations

from collections.abc import Callable

from stratum.events import argocd, github, gitlab
from stratum.events.errors import EventError
from stratum.events.reading import event_name
from stratum.events.rows import Envelope, Parsed

PARSERS: dict[str, Callable[[Envelope], Parsed]] = {
    "argocd": argocd.parse,
    "github": github.parse,
    "gitlab": gitlab.parse,
}


def parse(envelope: Envelope) -> Parsed:
    """Return the rows of one event; raise `EventError` where it cannot be read."""
    parser = PARSERS.get(envelope.source)
    if parser is None:
        raise EventError(event_name(envelope), "source", f"expected one of {', '.join(PARSERS)}")
    return parser(envelope)
