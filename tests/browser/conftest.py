"""A real Chromium for the page tests. They need a console that has data, at STRATUM_PAGE_URL."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

CHROMIUM = next(
    (
        path
        for path in (
            os.environ.get("STRATUM_CHROMIUM"),
            shutil.which("chromium"),
            shutil.which("chromium-browser"),
            shutil.which("google-chrome"),
        )
        if path
    ),
    None,
)


# How long to look before something is missing; a busy machine is no finding.
expect.set_options(timeout=30_000)


@dataclass
class Opened:
    """A page and what its console complained about."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)


@pytest.fixture(scope="session")
def base_url() -> str:
    url = os.environ.get("STRATUM_PAGE_URL")
    if not url:
        pytest.skip("PAGE NOT TESTED: set STRATUM_PAGE_URL to a console that has the sample data")
    return url.rstrip("/")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("PAGE NOT TESTED: no Chromium on this machine (apt-get install chromium)")
    with sync_playwright() as playwright:
        # Root, as in a container, may not use Chromium's sandbox.
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=sandbox)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, base_url: str) -> Iterator[Callable[..., Opened]]:
    contexts = []

    def open_page(path: str, *, width: int = 1280, scheme: str = "light") -> Opened:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if scheme == "dark" else "light",
            locale="en-GB",
            reduced_motion="reduce",
        )
        contexts.append(context)
        opened = Opened(context.new_page())
        opened.page.on("console", opened.hear)
        opened.page.on("pageerror", lambda error: opened.complaints.append(str(error)))
        # The stream never ends, so "networkidle" would not come.
        opened.page.goto(base_url + path, wait_until="load")
        return opened

    yield open_page
    for context in contexts:
        context.close()
