"""The warehouse over ClickHouse's HTTP interface; knows statements and blocks, not objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx
import msgspec

from stratum.etl.errors import WarehouseRefusedError, WarehouseUnavailableError
from stratum.etl.settings import WarehouseTarget
from stratum.settings import read_secret

# One block whatever its size: a token is remembered for each block, so an object that was split
# another way on its second try would be doubled.
ONE_BLOCK = {
    "async_insert": "0",
    "date_time_input_format": "best_effort",
    "input_format_parallel_parsing": "0",
    "insert_deduplicate": "1",
    "max_insert_block_size": "100000000",
    "max_insert_threads": "1",
    "max_partitions_per_insert_block": "0",
    "min_insert_block_size_bytes": "0",
    "min_insert_block_size_rows": "100000000",
}


class Warehouse:
    """Blocking; every failure is one of two errors: no answer, or a refusal."""

    def __init__(self, target: WarehouseTarget, *, timeout_seconds: float = 120.0) -> None:
        self.place = target.url
        self.database = target.database
        self._client = httpx.Client(
            base_url=target.url,
            auth=(target.user, read_secret(target.password_file)),
            timeout=httpx.Timeout(timeout_seconds, connect=5.0),
            # Reading the system's certificates takes longer than a whole pass over plain HTTP.
            verify=target.url.startswith("https:"),
        )

    def close(self) -> None:
        self._client.close()

    def execute(
        self,
        sql: str,
        parameters: Mapping[str, str] | None = None,
        *,
        settings: Mapping[str, str] | None = None,
        database: str | None = None,
    ) -> bytes:
        query = {f"param_{name}": text for name, text in (parameters or {}).items()}
        query |= {"database": self.database if database is None else database}
        return self._post(query | dict(settings or {}), sql.encode())

    def rows(self, sql: str, parameters: Mapping[str, str] | None = None) -> list[list[Any]]:
        settings = {
            "max_query_size": "16777216",
            "output_format_json_quote_64bit_integers": "0",
        }
        body = self.execute(f"{sql} FORMAT JSONCompactEachRow", parameters, settings=settings)
        return [msgspec.json.decode(line) for line in body.splitlines()]

    def insert(self, table: str, json_lines: bytes, *, token: str = "") -> None:
        """In one block; a token that the table remembers inserts nothing."""
        query = {"query": f"INSERT INTO {table} FORMAT JSONEachRow", "database": self.database}
        if token:
            query["insert_deduplication_token"] = token
        self._post(query | ONE_BLOCK, json_lines)

    def delete(self, table: str, source: str) -> None:
        """Every row of one object; returns when they are gone."""
        self.execute(
            f"ALTER TABLE {table} DELETE WHERE _src = {{source:String}}",
            {"source": source},
            settings={"mutations_sync": "2"},
        )

    def _post(self, query: Mapping[str, str], body: bytes) -> bytes:
        try:
            answer = self._client.post("/", params=dict(query), content=body)
        except httpx.TransportError as error:
            cause = str(error) or type(error).__name__
            raise WarehouseUnavailableError(
                f"the warehouse does not answer: {cause}", where=self.place
            ) from error
        if answer.status_code == 200 and "X-ClickHouse-Exception-Code" not in answer.headers:
            return answer.content
        text = answer.text.strip()[:2000]
        if "X-ClickHouse-Exception-Code" not in answer.headers:
            raise WarehouseUnavailableError(
                f"the warehouse answers {answer.status_code}: {text}", where=self.place
            )
        raise WarehouseRefusedError(text, status=answer.status_code, where=self.place)


def literal(value: str | int) -> str:
    if isinstance(value, int):
        return str(value)
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
