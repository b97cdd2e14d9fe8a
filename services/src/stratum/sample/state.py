"""The file in which a run remembers its story, so that a rerun tells the same one, once."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec

from stratum.sample.errors import SampleError


class State(msgspec.Struct, frozen=True):
    """Which story, and whether all of it was sent."""

    until: Annotated[datetime, msgspec.Meta(tz=True)]
    seed: int
    complete: bool = False


def read_state(path: Path) -> State | None:
    """The state of an earlier run, or none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=State)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        raise SampleError(
            f"the state of the sample cannot be read: {error}",
            where=str(path),
            hint="delete the file to begin anew; what was sent before stays",
        ) from error


def write_state(path: Path, state: State) -> None:
    """Replace the file as a whole."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_bytes(msgspec.json.format(msgspec.json.encode(state)) + b"\n")
    fresh.replace(path)
