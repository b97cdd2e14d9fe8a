"""The warehouse over the ClickHouse HTTP interface: a query of this room in, typed rows out.

A value of a user only ever travels as a query parameter, never in the text of a query.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from time import perf_counter
from typing import Generic, TypeVar

import httpx
import msgspec

from stratum.console.errors import WarehouseAwayError
from stratum.console.queries import load
from stratum.console.settings import WarehouseSettings
from stratum.logging import get_logger

Row = TypeVar("Row", bound=msgspec.Struct)
Value = str | int | datetime | Sequence[str]
Observe = Callable[[str, float], None]

FORM = {
    "default_format": "JSON",
    "output_format_json_quote_64bit_integers": "0",
    "date_time_output_format": "iso",
}
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": "\\0"})

log = get_logger("console")


class Answer(msgspec.Struct, Generic[Row]):
    data: list[Row]


class Warehouse:
    """One pool of connections for the process."""

    def __init__(
        self,
        settings: WarehouseSettings,
        password: str,
        observe: Observe = lambda _query, _seconds: None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._observe = observe
        self._client = httpx.AsyncClient(
            base_url=settings.url,
            transport=transport,
            timeout=httpx.Timeout(settings.timeout_seconds, connect=3.0),
            limits=httpx.Limits(max_connections=settings.connections),
            headers={"X-ClickHouse-User": settings.user, "X-ClickHouse-Key": password},
            params={"database": settings.database, **FORM},
            trust_env=False,
        )

    async def close(self) -> None:
        await self._client.aclose()

    async def rows(
        self, query: str, kind: type[Row], parameters: Mapping[str, Value] | None = None
    ) -> list[Row]:
        """Run `sql/<query>.sql`."""
        given = {f"param_{name}": _written(value) for name, value in (parameters or {}).items()}
        started = perf_counter()
        content = await self._ask(query, given)
        self._observe(query, perf_counter() - started)
        # Not strict: a server of another version may write a 64-bit number as text.
        return msgspec.json.decode(content, type=Answer[kind], strict=False).data  # type: ignore[valid-type]

    async def reachable(self) -> str | None:
        """None, or a sentence that says why no query can be answered."""
        try:
            await self._ask("changed", {})
        except WarehouseAwayError as error:
            return error.message
        return None

    async def _ask(self, query: str, given: Mapping[str, str]) -> bytes:
        try:
            response = await self._client.post("/", content=load(query), params=given)
        except httpx.TimeoutException as error:
            raise _away("the warehouse did not answer in time") from error
        except httpx.TransportError as error:
            log.warning("warehouse_away", query=query, reason=str(error))
            raise _away("the warehouse cannot be reached") from error
        if response.is_success:
            return response.content
        log.error("warehouse_refused", query=query, answer=response.text[:2000])
        raise _away(_refusal(response))


def _away(sentence: str) -> WarehouseAwayError:
    return WarehouseAwayError(sentence, hint="try again in a moment; /readyz tells when it is back")


def _refusal(response: httpx.Response) -> str:
    if response.status_code in {401, 403, 516}:
        return "the warehouse refused the console's user"
    # 60 and 81: the table or the database is not there.
    if response.headers.get("x-clickhouse-exception-code") in {"60", "81"}:
        return "the warehouse has no tables yet; the ETL makes them at its start"
    return "the warehouse could not answer the query"


def _written(value: Value) -> str:
    """A query parameter's text: escaped as in a tab-separated file."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
    if isinstance(value, str):
        return value.translate(ESCAPES)
    if isinstance(value, int):
        return str(value)
    quoted = (item.replace("\\", "\\\\").replace("'", "\\'") for item in value)
    return "[" + ",".join(f"'{item}'" for item in quoted).translate(ESCAPES) + "]"
