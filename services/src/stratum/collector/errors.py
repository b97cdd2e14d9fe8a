"""The errors of this room."""

from __future__ import annotations

from stratum.errors import StratumError


class WalError(StratumError):
    """A write or a synchronisation failed: nothing after it may be acknowledged."""

    code = "wal_failed"


class StartError(StratumError):
    """The collector cannot start here: another one is at work, or the port is taken."""

    code = "cannot_start"


class ConflictError(StratumError):
    """An object of this name exists and holds something else."""

    code = "object_conflict"
