"""Decodes a body into a struct and turns every failure into an `EventError`."""

from __future__ import annotations

import re
from typing import Annotated, TypeVar

import msgspec

from stratum.events.errors import EventError
from stratum.events.rows import Envelope

Body = TypeVar("Body", bound=msgspec.Struct)

# What the warehouse's columns and every JSON reader can hold.
Number = Annotated[int, msgspec.Meta(ge=0, le=2**53)]

WHERE = re.compile(r" - at `(?P<path>[^`]*)`$")


def event_name(envelope: Envelope) -> str:
    """The event as an error message names it."""
    return f"{envelope.source} {envelope.kind}"


def read_body(envelope: Envelope, kind: type[Body]) -> Body:
    """Decode the body; unknown keys are ignored, a wrong type names its path."""
    event = event_name(envelope)
    try:
        return msgspec.json.decode(envelope.body, type=kind)
    except msgspec.ValidationError as error:
        text = str(error)
        where = WHERE.search(text)
        path = where["path"] if where else "$"
        raise EventError(event, path, WHERE.sub("", text)) from error
    except (msgspec.DecodeError, UnicodeError) as error:
        raise EventError(event, "$", f"expected JSON: {error}") from error
    except RecursionError as error:
        raise EventError(event, "$", "expected JSON of a sane depth") from error
