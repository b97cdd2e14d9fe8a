"""What can go wrong between the object store and the warehouse."""

from __future__ import annotations

from stratum.errors import StratumError


class EtlError(StratumError):
    """The ETL cannot do its work as it is set up."""

    code = "etl_error"


class WarehouseUnavailableError(EtlError):
    """No answer, or one that says nothing about the query: worth another try."""

    code = "warehouse_unavailable"


class WarehouseRefusedError(EtlError):
    """The warehouse refused a statement; `blames_data` when the rows themselves are the cause."""

    code = "warehouse_refused"

    def __init__(self, message: str, *, status: int, where: str) -> None:
        super().__init__(message, where=where)
        self.blames_data = status == 400


class UnreadableObjectError(EtlError):
    """An object is not gzipped JSON lines; it stays in the store and is marked as failed."""

    code = "unreadable_object"


class LoadError(EtlError):
    """The target does not hold what was inserted; the object stays planned and is tried again."""

    code = "load_failed"


class MigrationError(EtlError):
    """The warehouse's tables and the migrations of this version do not fit together."""

    code = "migration_failed"
