"""A query as HTTP carries it: what the address, the headers and the body mean, and the answer's."""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from stratum.warehouse.engine import Answer
from stratum.warehouse.errors import BAD_ARGUMENTS, QueryError, refused

# Parameters of the interface; every other one is a setting.
INTERFACE = frozenset(
    [
        "query",
        "query_id",
        "user",
        "password",
        "database",
        "default_format",
        "session_id",
        "session_timeout",
        "session_check",
        "session_close",
        "compress",
        "decompress",
        "enable_http_compression",
        "wait_end_of_query",
        "send_progress_in_http_headers",
        "http_headers_progress_interval_ms",
        "buffer_size",
        "quota_key",
        "role",
        "client_protocol_version",
        "http_zlib_compression_level",
        "add_http_cors_header",
        "cancel_http_readonly_queries_on_client_close",
        "readonly",
        "stacktrace",
    ]
)
QUERY_ID = re.compile(r"[\w.:-]{1,128}", re.ASCII)
TYPES = {
    "JSON": "application/json; charset=UTF-8",
    "CSV": "text/csv; charset=UTF-8; header=absent",
    "TabSeparated": "text/tab-separated-values; charset=UTF-8",
    "TSV": "text/tab-separated-values; charset=UTF-8",
    "JSONEachRow": "application/x-ndjson; charset=UTF-8",
    "Native": "application/octet-stream",
    "Arrow": "application/octet-stream",
    "Parquet": "application/octet-stream",
    "RowBinary": "application/octet-stream",
}


@dataclass(frozen=True, slots=True)
class Query:
    text: bytes
    query_id: str
    database: str
    default_format: str
    settings: Mapping[str, str]
    parameters: Mapping[str, str]
    read_only: bool


def read_query(
    method: str,
    query_id: str,
    parameters: Mapping[str, str],
    headers: Mapping[str, str],
    body: bytes,
    *,
    database: str,
) -> Query:
    """The statement stands in the address, in the body, or begins there and goes on in the body."""
    if parameters.get("decompress", "0") not in {"0", "false"}:
        raise refused(BAD_ARGUMENTS, "decompress=1 is not served; use Content-Encoding")
    if headers.get("content-type", "").startswith("multipart/"):
        raise refused(BAD_ARGUMENTS, "external tables (multipart/form-data) are not served")
    head = parameters.get("query", "").encode()
    return Query(
        text=head + b"\n" + body if head and body else head or body,
        query_id=query_id,
        database=parameters.get("database") or headers.get("x-clickhouse-database") or database,
        default_format=parameters.get("default_format")
        or headers.get("x-clickhouse-format")
        or "TabSeparated",
        settings={
            name: text
            for name, text in parameters.items()
            if name not in INTERFACE and not name.startswith("param_")
        },
        parameters={
            name.removeprefix("param_"): text
            for name, text in parameters.items()
            if name.startswith("param_")
        },
        # As in ClickHouse, a GET only reads.
        read_only=method == "GET" or parameters.get("readonly", "0") != "0",
    )


def asked_query_id(parameters: Mapping[str, str]) -> str:
    asked = parameters.get("query_id", "")
    if asked and not QUERY_ID.fullmatch(asked):
        raise refused(BAD_ARGUMENTS, "query_id has at most 128 letters, digits and . _ : -")
    return asked


def common_headers(query_id: str, timezone: str) -> dict[str, str]:
    return {
        "X-ClickHouse-Server-Display-Name": socket.gethostname(),
        "X-ClickHouse-Query-Id": query_id,
        "X-ClickHouse-Timezone": timezone,
    }


def answer_headers(answer: Answer, output_format: str) -> dict[str, str]:
    summary = {
        "read_rows": str(answer.rows_read),
        "read_bytes": str(answer.bytes_read),
        "written_rows": str(answer.rows_written),
        "written_bytes": str(answer.bytes_written),
        "total_rows_to_read": "0",
        "result_rows": str(answer.result_rows),
        "result_bytes": str(len(answer.body)),
        "elapsed_ns": str(int(answer.seconds * 1e9)),
    }
    return {
        "Content-Type": TYPES.get(output_format, "text/plain; charset=UTF-8"),
        "X-ClickHouse-Format": output_format,
        "X-ClickHouse-Summary": msgspec.json.encode(summary).decode(),
    }


def error_headers(error: QueryError) -> dict[str, str]:
    headers = {
        "Content-Type": "text/plain; charset=UTF-8",
        "X-ClickHouse-Exception-Code": str(error.code),
    }
    if error.status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="ClickHouse server HTTP API"'
    return headers
