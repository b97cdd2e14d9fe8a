"""The page in a real browser, against a real console with the sample data."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

# `open_page` of conftest.py: an address in, the page and its complaints out.
Open = Callable[..., Any]

pytestmark = pytest.mark.browser

VIEWS = {
    "delivery": ("/", ".strip-mark"),
    "deployments": ("/deployments", "tbody tr"),
    "platform": ("/platform", ".block"),
}
EACH_VIEW = pytest.mark.parametrize("path, sign", VIEWS.values(), ids=VIEWS.keys())
AXE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"


def shown(page: Page, sign: str) -> Page:
    """The page, once the view has its data."""
    expect(page.locator(sign).first).to_be_visible()
    return page


def answer(page: Page, path: str) -> Any:
    """What the console says itself."""
    return page.request.get(re.sub(r"(https?://[^/]+).*", r"\1", page.url) + path).json()


def test_five_cards_have_values(open_page: Open) -> None:
    page = shown(open_page("/").page, ".card-amount")
    expect(page.get_by_role("article")).to_have_count(5)
    amounts = page.locator(".card-amount").all_inner_texts()
    assert [text for text in amounts if not re.fullmatch(r"[\d.,]+", text)] == []
    assert len(amounts) == 5


def test_strip_has_a_row_for_each_service_and_a_mark_for_each_deployment(open_page: Open) -> None:
    page = shown(open_page("/").page, ".strip-mark")
    page_of_all = answer(page, "/api/deployments?environment=production&limit=500")
    services = {item["service"] for item in page_of_all["items"]}
    expect(page.locator(".strip-row:not(.is-axis)")).to_have_count(len(services))
    expect(page.locator(".strip-mark")).to_have_count(page_of_all["total"])


def test_strip_shows_failures_and_their_repairs(open_page: Open) -> None:
    page = shown(open_page("/").page, ".strip-mark")
    expect(page.locator(".strip-mark .is-failed")).not_to_have_count(0)
    expect(page.locator(".strip-row .strip-repair")).not_to_have_count(0)


def test_selecting_a_number_dims_the_marks_it_does_not_count(open_page: Open) -> None:
    page = shown(open_page("/").page, ".strip-mark")
    page.get_by_role("button", name="Recovery time").click()
    outside = page.locator(
        ".strip-mark:not([data-counts~='failed_deployment_recovery_time'])"
    ).first
    expect(outside).to_have_css("opacity", "0.14")
    expect(page.get_by_role("region", name="Recovery time, week by week")).to_be_visible()


def without_ages(text: str) -> str:
    """The text without its relative times, which go on while the test looks."""
    return re.sub(r"\d+ \w+ ago", "some time ago", text)


def test_drawer_opens_by_keyboard_and_its_address_shows_the_same(open_page: Open) -> None:
    page = shown(open_page("/?period=30").page, ".strip-mark")
    page.locator(".strip-mark[tabindex='0']").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    drawer = page.get_by_role("dialog", name=re.compile("^Deployment of "))
    expect(drawer.get_by_role("list", name="How it came here")).to_be_visible()
    before = without_ages(drawer.inner_text())
    page.reload()
    expect(drawer.get_by_role("list", name="How it came here")).to_be_visible()
    assert without_ages(drawer.inner_text()) == before
    assert "period=30" in page.url


def test_escape_closes_the_drawer_and_gives_the_focus_back(open_page: Open) -> None:
    page = shown(open_page("/").page, ".strip-mark")
    mark = page.locator(".strip-mark[tabindex='0']")
    mark.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name=re.compile("^Deployment of "))).to_be_focused()
    page.keyboard.press("Escape")
    expect(mark).to_be_focused()


def test_raw_event_is_shown_pretty(open_page: Open) -> None:
    page = shown(open_page("/deployments").page, "tbody tr")
    page.locator(".row-link").first.click()
    page.get_by_text("Raw event").click()
    text = page.get_by_label("Body").inner_text()
    assert json.dumps(json.loads(text), indent=2, ensure_ascii=False) == text


def test_filters_survive_in_the_address(open_page: Open) -> None:
    page = shown(open_page("/deployments").page, "tbody tr")
    page.get_by_label("Kind").select_option("rollback")
    expect(page).to_have_url(re.compile(r"kind=rollback"))
    total = answer(page, "/api/deployments?kind=rollback")["total"]
    page.reload()
    expect(page.locator("tbody tr")).to_have_count(min(total, 50))


def test_platform_shows_each_tier_with_its_components(open_page: Open) -> None:
    page = shown(open_page("/platform").page, ".block")
    platform = answer(page, "/api/platform")
    for number, tier in enumerate(platform["tiers"], start=1):
        layer = page.get_by_role("listitem", name=f"Tier {number}: {tier['name']}")
        expect(layer.locator(".block")).to_have_count(len(tier["instances"]))


def test_first_tier_is_at_the_bottom(open_page: Open) -> None:
    page = shown(open_page("/platform").page, ".block")
    layers = page.locator(".layer")
    first, last = layers.first.bounding_box(), layers.last.bounding_box()
    assert first is not None
    assert last is not None
    assert first["y"] > last["y"]


def test_last_run_shows_its_critical_path(open_page: Open) -> None:
    page = shown(open_page("/platform").page, ".bar-row")
    run = answer(page, "/api/platform")["run"]
    expect(page.locator(".bar-row:not(.is-axis)")).to_have_count(len(run["bars"]))
    critical = page.locator(".bar-row[data-critical='true'] .bar-instance")
    assert set(critical.all_inner_texts()) == set(run["critical_path"])
    expect(page.get_by_text("The critical path took")).to_be_visible()


@EACH_VIEW
def test_at_400_pixels_only_the_wide_parts_scroll(open_page: Open, path: str, sign: str) -> None:
    page = shown(open_page(path, width=400).page, sign)
    assert page.evaluate("document.documentElement.scrollWidth") == 400


@EACH_VIEW
def test_dark_is_dark(open_page: Open, path: str, sign: str) -> None:
    page = shown(open_page(path, scheme="dark").page, sign)
    ground = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert all(int(part) < 40 for part in re.findall(r"\d+", ground))


@EACH_VIEW
def test_nothing_complains_and_sample_data_are_labelled(
    open_page: Open, path: str, sign: str
) -> None:
    opened = open_page(path)
    shown(opened.page, sign)
    expect(opened.page.get_by_text("Sample data")).to_be_visible()
    assert opened.complaints == []


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 1280), ("light", 400)])
@EACH_VIEW
def test_axe_finds_no_barrier(
    open_page: Open, path: str, sign: str, scheme: str, width: int
) -> None:
    if not AXE.is_file():
        pytest.skip("ACCESSIBILITY NOT TESTED: run `npm ci` in web/, axe-core comes with it")
    page = shown(open_page(path, scheme=scheme, width=width).page, sign)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = page.evaluate("tags => axe.run({runOnly: tags})", tags)["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


def test_wrong_token_is_refused_in_a_sentence(open_page: Open) -> None:
    page = shown(open_page("/").page, ".card-amount")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Operator token").fill("a guess")
    page.keyboard.press("Enter")
    expect(page.get_by_text("This token is not the one of this console.")).to_be_visible()
