"""The edge of the API without a warehouse: refusals, headers, access and the page."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from stratum.console.app import create_app
from stratum.console.settings import ConsoleSettings, Secrets, WarehouseSettings

TOKEN = "t" * 40
NOWHERE = "http://127.0.0.1:9"


def client_of(folder: Path, *, access: str = "open", viewer: str | None = None) -> TestClient:
    page = folder / "page"
    (page / "assets").mkdir(parents=True)
    (page / "index.html").write_text("<!doctype html>")
    (page / "assets" / "index-B7kd92hA.js").write_text("1")
    (folder / "secret.txt").write_text("secret")
    settings = ConsoleSettings(
        product="delivery",
        environment="test",
        page_dir=page,
        state_dir=folder / "state",
        operator_token_file=folder / "token",
        viewer_access=access,
        warehouse=WarehouseSettings(url=NOWHERE, user="u", password_file=folder / "p"),
    )
    return TestClient(create_app(settings, Secrets(TOKEN, viewer, "p")))


@pytest.mark.parametrize(
    ("method", "path", "status", "error"),
    [
        (
            "GET",
            "/api/nothing",
            404,
            {
                "code": "not_found",
                "message": "there is nothing at this address",
                "hint": "GET /api/openapi.json lists them all",
                "where": "/api/nothing",
            },
        ),
        (
            "POST",
            "/api/services",
            405,
            {
                "code": "method_not_allowed",
                "message": "this address does not take this method",
                "hint": None,
                "where": "/api/services",
            },
        ),
        (
            "GET",
            "/api/deployments?limit=0",
            422,
            {
                "code": "invalid_request",
                "message": "input should be greater than or equal to 1",
                "hint": None,
                "where": "limit",
            },
        ),
        (
            "GET",
            "/api/metrics/dora?from=yesterday",
            422,
            {
                "code": "invalid_request",
                "message": "input should be a valid datetime or date, input is too short",
                "hint": None,
                "where": "from",
            },
        ),
        (
            "GET",
            "/api/deployments?cursor=x",
            422,
            {
                "code": "invalid_request",
                "message": "this is no cursor of ours",
                "hint": "give the `next` of the page before, or leave it out",
                "where": "cursor",
            },
        ),
        (
            "GET",
            "/api/services",
            503,
            {
                "code": "warehouse_away",
                "message": "the warehouse cannot be reached",
                "hint": "try again in a moment; /readyz tells when it is back",
                "where": None,
            },
        ),
        (
            "GET",
            "/missing.js",
            404,
            {
                "code": "not_found",
                "message": "the page has no such file",
                "hint": None,
                "where": "/missing.js",
            },
        ),
    ],
    ids=["unknown", "method", "limit", "time", "cursor", "away", "file"],
)
def test_every_refusal_has_the_one_shape(
    tmp_path: Path, method: str, path: str, status: int, error: dict[str, object]
) -> None:
    answer = client_of(tmp_path).request(method, path)
    assert (answer.status_code, answer.json()) == (status, {"error": error})


def test_nothing_is_shown_without_a_token_where_one_is_needed(tmp_path: Path) -> None:
    client = client_of(tmp_path, access="token")
    paths = [path for path in client.get("/api/openapi.json").json()["paths"] if "/api/" in path]
    shown = [path for path in paths if client.get(path.replace("{key}", "a")).status_code != 401]
    assert shown == ["/api/session"]
    assert client.get("/api/session").json()["role"] is None


@pytest.mark.parametrize(("token", "status"), [(TOKEN, 200), ("v" * 40, 200), ("wrong", 401)])
def test_bearer_token_lets_look(tmp_path: Path, token: str, status: int) -> None:
    client = client_of(tmp_path, access="token", viewer="v" * 40)
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/platform", headers=headers).status_code == status


def test_wrong_token_is_not_let_in(tmp_path: Path) -> None:
    answer = client_of(tmp_path).post("/api/session", json={"token": "wrong"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "wrong_token")
    assert "set-cookie" not in answer.headers


def test_wrong_bearer_token_is_refused_even_where_looking_is_free(tmp_path: Path) -> None:
    answer = client_of(tmp_path).get("/api/platform", headers={"Authorization": "Bearer wrong"})
    assert answer.status_code == 401


@pytest.mark.parametrize("path", ["/", "/deployments", "/deployments/github/shop", "/deep/er"])
def test_address_of_the_page_gets_its_index(tmp_path: Path, path: str) -> None:
    answer = client_of(tmp_path).get(path)
    assert (answer.text, answer.headers["cache-control"]) == ("<!doctype html>", "no-cache")


def test_hashed_file_is_kept_for_ever(tmp_path: Path) -> None:
    answer = client_of(tmp_path).get("/assets/index-B7kd92hA.js")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    "path", ["/..%2fsecret.txt", "/assets/..%2f..%2fsecret.txt", "/%2e%2e/secret.txt"]
)
def test_nothing_outside_the_page_is_served(tmp_path: Path, path: str) -> None:
    answer = client_of(tmp_path).get(path)
    assert "secret" not in answer.text.replace("secret.txt", "")


@pytest.mark.parametrize("path", ["/", "/api/platform", "/api/nothing", "/healthz"])
def test_every_answer_has_security_headers(tmp_path: Path, path: str) -> None:
    headers = client_of(tmp_path).get(path).headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


def test_requests_are_counted_by_route(tmp_path: Path) -> None:
    client = client_of(tmp_path)
    client.get("/api/deployments/github/a/b/c")
    counted = 'requests_total{method="GET",route="/api/deployments/{key:path}",status="503"} 1.0'
    assert counted in client.get("/metrics").text


def test_api_describes_every_answer(tmp_path: Path) -> None:
    paths = client_of(tmp_path).get("/api/openapi.json").json()["paths"]
    bare = [
        (path, method)
        for path, methods in paths.items()
        for method, operation in methods.items()
        for status, answer in operation["responses"].items()
        if status == "200"
        and path != "/metrics"
        and all(not media["schema"] for media in answer["content"].values())
    ]
    assert bare == []


def test_openapi_has_all_addresses_of_the_contract(tmp_path: Path) -> None:
    paths = client_of(tmp_path).get("/api/openapi.json").json()["paths"]
    assert set(paths) == {
        "/api/session",
        "/api/services",
        "/api/metrics/dora",
        "/api/deployments",
        "/api/deployments/{key}",
        "/api/platform",
        "/api/platform/runs",
        "/api/stream",
        "/healthz",
        "/readyz",
        "/metrics",
    }


def test_without_a_state_directory_the_platform_is_empty_and_nothing_fails(tmp_path: Path) -> None:
    client = client_of(tmp_path)
    assert client.get("/api/platform/runs").json() == {"items": []}
    assert client.get("/api/platform").json() == {
        "product": "delivery",
        "release": None,
        "environment": "test",
        "schedule": None,
        "tiers": [],
        "instances": [],
        "run": None,
    }
