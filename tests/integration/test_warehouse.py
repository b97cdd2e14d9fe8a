"""The warehouse as clients see it: clickhouse-connect and plain HTTP against the real process."""

from __future__ import annotations

import gzip
import signal
import subprocess
import sys
import threading
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import clickhouse_connect
import httpx
import lz4.frame
import pytest
from backports import zstd
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError

from ansible_collections.stratum.platform.tests.integration.warehouse_process import (
    WarehouseProcess,
    new_warehouse,
)

COLUMNS = "n UInt32, name String, at DateTime64(3, 'UTC'), tags Array(String)"
ROWS = [
    (1, "it's \\ one", datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC), ["a", "b"]),
    (2, "zwei\n\tü", datetime(2026, 1, 3, tzinfo=UTC), []),
]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarehouseProcess]:
    process = new_warehouse(tmp_path_factory.mktemp("warehouse"))
    try:
        process.start(max_body_bytes=4_000_000)
        yield process
    finally:
        process.stop()


@pytest.fixture
def table(warehouse: WarehouseProcess, request: pytest.FixtureRequest) -> str:
    name = "".join(letter if letter.isalnum() else "_" for letter in request.node.name)
    warehouse.ask(f"CREATE TABLE {name} ({COLUMNS}) ENGINE = MergeTree ORDER BY n")
    return name


def connect(warehouse: WarehouseProcess, user: str = "admin", **options: object) -> Client:
    return clickhouse_connect.get_client(
        host="127.0.0.1",
        port=warehouse.port,
        username=user,
        password=warehouse.passwords[user],
        database="stratum",
        **options,
    )


@pytest.mark.parametrize("compress", [False, "lz4", "zstd", "gzip"])
def test_connect_reads_back_what_it_inserted(
    warehouse: WarehouseProcess, table: str, compress: bool | str
) -> None:
    with connect(warehouse, compress=compress) as client:
        client.insert(table, ROWS, column_names=["n", "name", "at", "tags"])
        found = client.query(f"SELECT * FROM {table} ORDER BY n", query_tz="UTC")
    assert [(n, name, at.astimezone(UTC), tags) for n, name, at, tags in found.result_rows] == ROWS


def test_connect_inserts_many_rows_compressed_in_several_frames(
    warehouse: WarehouseProcess, table: str
) -> None:
    rows = [[number, f"name {number}", ROWS[0][2], ["x"]] for number in range(50_000)]
    with connect(warehouse, "etl", compress="lz4") as client:
        client.insert(table, rows, column_names=["n", "name", "at", "tags"])
        found = client.query(f"SELECT count(), sum(n) FROM {table}")
    assert found.result_rows == [(50_000, 1_249_975_000)]


def test_connect_binds_parameters_and_applies_settings(warehouse: WarehouseProcess) -> None:
    with connect(warehouse, "console") as client:
        found = client.query(
            "SELECT {n:UInt8} + 1, {text:String}, {list:Array(String)}",
            parameters={"n": 41, "text": "it's\ta \\ test", "list": ["a'b", "c"]},
        )
        assert found.result_rows == [(42, "it's\ta \\ test", ["a'b", "c"])]


def test_connect_reads_a_data_frame(warehouse: WarehouseProcess) -> None:
    with connect(warehouse, "console") as client:
        frame = client.query_df("SELECT number AS n, toString(number) AS s FROM numbers(3)")
    assert frame.to_dict("list") == {"n": [0, 1, 2], "s": ["0", "1", "2"]}


def test_connect_sees_an_empty_result(warehouse: WarehouseProcess, table: str) -> None:
    with connect(warehouse, "console") as client:
        assert client.query(f"SELECT * FROM {table}").result_rows == []


def test_connect_raises_the_engines_error(warehouse: WarehouseProcess) -> None:
    with connect(warehouse) as client, pytest.raises(DatabaseError, match="UNKNOWN_TABLE"):
        client.query("SELECT * FROM nowhere")


def test_ping_needs_no_password(warehouse: WarehouseProcess) -> None:
    assert httpx.get(f"{warehouse.url}/ping").text == "Ok.\n"


def test_three_ways_to_give_a_password(warehouse: WarehouseProcess) -> None:
    password = warehouse.passwords["console"]
    headers = {"X-ClickHouse-User": "console", "X-ClickHouse-Key": password}
    credentials = {"user": "console", "password": password}
    answers = [
        httpx.post(warehouse.url, content="SELECT 1", headers=headers),
        httpx.post(warehouse.url, content="SELECT 1", params=credentials),
        httpx.post(warehouse.url, content="SELECT 1", auth=("console", password)),
    ]
    assert [answer.text for answer in answers] == ["1\n"] * 3


@pytest.mark.parametrize(
    ("user", "password", "status", "code"),
    [("console", "wrong", 403, "516"), ("nobody", "wrong", 403, "516"), (None, None, 401, "194")],
)
def test_without_the_right_password_nothing_is_answered(
    warehouse: WarehouseProcess, user: str | None, password: str | None, status: int, code: str
) -> None:
    auth = (user, password or "") if user else None
    answer = httpx.post(warehouse.url, content="SELECT 1", auth=auth)
    assert (answer.status_code, answer.headers["X-ClickHouse-Exception-Code"]) == (status, code)


def test_an_answer_carries_the_interfaces_headers(warehouse: WarehouseProcess) -> None:
    with warehouse.client("console") as client:
        answer = client.get("/", params={"query": "SELECT 1 FORMAT JSON", "query_id": "mine"})
    headers = answer.headers
    assert headers["X-ClickHouse-Query-Id"] == "mine"
    assert headers["X-ClickHouse-Format"] == "JSON"
    assert headers["Content-Type"] == "application/json; charset=UTF-8"
    assert '"result_rows":"1"' in headers["X-ClickHouse-Summary"]
    assert headers["X-ClickHouse-Server-Display-Name"]
    assert headers["X-ClickHouse-Timezone"]


def test_a_query_in_the_address_takes_its_data_from_the_body(
    warehouse: WarehouseProcess, table: str
) -> None:
    with warehouse.client("etl") as client:
        query = f"INSERT INTO {table} (n, name) FORMAT TSV"
        answer = client.post("/", params={"query": query}, content=b"7\tseven\n8\teight\n")
    assert answer.status_code == 200
    assert '"written_rows":"2"' in answer.headers["X-ClickHouse-Summary"]
    assert warehouse.ask(f"SELECT n, name FROM {table} ORDER BY n") == "7\tseven\n8\teight"


@pytest.mark.parametrize(
    ("coding", "encode"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("zstd", zstd.compress),
        ("lz4", lz4.frame.compress),
    ],
)
def test_request_and_answer_may_be_compressed(warehouse: WarehouseProcess, coding, encode) -> None:
    with warehouse.client("console") as client:
        answer = client.send(
            client.build_request(
                "POST",
                "/",
                params={"enable_http_compression": "1"},
                content=encode(b"SELECT repeat('a', 1000)"),
                headers={"Content-Encoding": coding, "Accept-Encoding": coding},
            ),
            stream=True,
        )
        raw = b"".join(answer.iter_raw())
    assert answer.headers["Content-Encoding"] == coding
    assert len(raw) < 200


def test_a_body_that_unfolds_beyond_the_limit_is_refused(warehouse: WarehouseProcess) -> None:
    with warehouse.client("etl") as client:
        answer = client.post(
            "/", content=gzip.compress(b"a" * 5_000_000), headers={"Content-Encoding": "gzip"}
        )
    assert answer.status_code == 413
    assert answer.text == (
        "Code: 307. DB::Exception: The request body is larger than 4000000 bytes (TOO_MANY_BYTES)\n"
    )


@pytest.mark.parametrize(
    ("sql", "status", "code"),
    [
        ("SELEC 1", 400, "62"),
        ("SELECT 1; SELECT 2", 400, "62"),
        ("SELECT {n:UInt8}", 400, "456"),
        ("SELECT nothing", 404, "47"),
        ("SELECT * FROM nowhere", 404, "60"),
        ("SELECT throwIf(1)", 500, "395"),
    ],
)
def test_errors_have_the_engines_code(
    warehouse: WarehouseProcess, sql: str, status: int, code: str
) -> None:
    with warehouse.client() as client:
        answer = client.post("/", content=sql)
    assert (answer.status_code, answer.headers["X-ClickHouse-Exception-Code"]) == (status, code)
    assert answer.text.startswith(f"Code: {code}. DB::Exception: ")


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO {table} (n) VALUES (1)",
        "CREATE TABLE another (n UInt8) ENGINE = Memory",
        "ALTER TABLE {table} DELETE WHERE 1",
        "DROP TABLE {table}",
        "SELECT * FROM file('/etc/passwd', LineAsString)",
        "SELECT file('/etc/passwd')",
        "SELECT `file`/* */('/etc/passwd')",
        "SELECT * FROM url('http://127.0.0.1:1/', LineAsString)",
        "SET readonly = 0",
        "SYSTEM SHUTDOWN",
    ],
)
def test_a_reader_may_only_read(warehouse: WarehouseProcess, table: str, sql: str) -> None:
    with warehouse.client("console") as client:
        answer = client.post("/", params={"readonly": "0"}, content=sql.replace("{table}", table))
    assert (answer.status_code, answer.headers["X-ClickHouse-Exception-Code"]) == (403, "497")


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE default.elsewhere (n UInt8) ENGINE = Memory",
        "CREATE TABLE leak (line String) ENGINE = File(LineAsString, '/etc/passwd')",
        "CREATE TABLE leak ENGINE = URL",
        "INSERT INTO {table} (name) SELECT * FROM file('/etc/passwd', LineAsString)",
        "INSERT INTO {table} (name) VALUES (file('/etc/passwd'))",
        "INSERT INTO {table} (name) FROM INFILE '/etc/passwd' FORMAT LineAsString",
        "DROP TABLE {table}",
        "CREATE DATABASE another",
        "CREATE USER another",
    ],
)
def test_an_ingester_stays_in_its_database(
    warehouse: WarehouseProcess, table: str, sql: str
) -> None:
    with warehouse.client("etl") as client:
        answer = client.post(
            "/", params={"database": "stratum"}, content=sql.replace("{table}", table)
        )
    assert (answer.status_code, answer.headers["X-ClickHouse-Exception-Code"]) == (403, "497")


def test_an_ingester_inserts_and_deletes(warehouse: WarehouseProcess, table: str) -> None:
    warehouse.ask(f"INSERT INTO {table} (n) VALUES (1), (2), (3)", user="etl")
    warehouse.ask(f"ALTER TABLE {table} DELETE WHERE n = 1 SETTINGS mutations_sync = 2", user="etl")
    warehouse.ask(f"DELETE FROM {table} WHERE n = 2", user="etl")
    assert warehouse.ask(f"SELECT n FROM {table}", user="etl") == "3"


def test_a_setting_ends_with_its_query(warehouse: WarehouseProcess) -> None:
    ask = "SELECT getSetting('max_block_size')"
    with warehouse.client("console") as client:
        first = client.post("/", params={"max_block_size": "77"}, content=ask).text
        second = client.post("/", content=ask).text
    assert (first, second != "77\n") == ("77\n", True)


def test_queries_of_several_clients_run_side_by_side(warehouse: WarehouseProcess) -> None:
    slow = "SELECT count() FROM numbers(150) WHERE sleepEachRow(0.01) = 0"
    slow += " SETTINGS max_block_size = 10"
    seen = "SELECT count() FROM system.processes WHERE query LIKE '%numbers(150)%'"
    queries = [threading.Thread(target=warehouse.ask, args=(slow,)) for _ in range(2)]
    for query in queries:
        query.start()
    most = 0
    while most < 3 and any(query.is_alive() for query in queries):
        most = max(most, int(warehouse.ask(seen)))
    for query in queries:
        query.join()
    assert most == 3


def test_data_outlive_a_kill(tmp_path: Path) -> None:
    process = new_warehouse(tmp_path)
    try:
        process.start()
        process.ask("CREATE TABLE kept (n UInt8) ENGINE = MergeTree ORDER BY n")
        process.ask("INSERT INTO kept VALUES (1), (2)")
        process.stop(signal.SIGKILL)
        process.start()
        assert process.ask("SELECT sum(n) FROM kept") == "3"
        assert process.stop() == 0
    finally:
        process.stop(signal.SIGKILL)


def test_a_second_process_on_the_same_data_is_refused(
    warehouse: WarehouseProcess, tmp_path: Path
) -> None:
    config = (warehouse.folder / "warehouse.toml").read_text()
    other = tmp_path / "warehouse.toml"
    other.write_text(config.replace(f"port = {warehouse.port}", "port = 0"))
    ended = subprocess.run(
        [Path(sys.executable).with_name("stratum-warehouse"), "--config", other],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 1
    assert "error: " in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_query_is_logged_without_the_values_of_its_parameters(
    warehouse: WarehouseProcess,
) -> None:
    with warehouse.client("console") as client:
        client.post(
            "/",
            params={"param_p": "pass-phrase", "query_id": "logged"},
            content="SELECT {p:String} AS marker",
        )
    line = next(line for line in warehouse.log().splitlines() if '"logged"' in line)
    assert '"statement": "SELECT {p:String} AS marker"' in line
    assert '"user": "console"' in line
    assert "pass-phrase" not in warehouse.log()


def test_health_and_metrics(warehouse: WarehouseProcess) -> None:
    health = httpx.get(f"{warehouse.url}/healthz").json()
    assert (health["status"], health["service"]) == ("ok", "warehouse")
    assert "stratum_warehouse_queries_total" in httpx.get(f"{warehouse.url}/metrics").text
