"""One server and one browser for all tests that use the app as people do."""

import json
import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import NoReturn

import pytest

from tests.e2e.server import Server, serve


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app, running."""
    with serve(tmp_path_factory.mktemp("server") / "log.txt") as running:
        yield running


@pytest.fixture(scope="session")
def browser():
    """A browser; without one the tests are skipped, except where CI promises one."""
    try:
        from playwright.sync_api import expect, sync_playwright

        from tests.e2e.visitor import PATIENCE, launch

        expect.set_options(timeout=1000 * PATIENCE)
        playwright = sync_playwright().start()
    except ImportError:
        missing("playwright is not installed: pip install -r requirements-dev.txt")
    try:
        chromium = launch(playwright)
    except Exception as error:
        playwright.stop()
        missing(f"no Chromium to drive (set $CHROMIUM to its path): {str(error).splitlines()[0]}")
    yield chromium
    chromium.close()
    playwright.stop()


def missing(what: str) -> NoReturn:
    """Skip, or fail where the browser was promised."""
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def context(browser) -> Callable:
    """A browser context by its options, always the same one: a page opened twice comes from its cache the second time."""

    @cache
    def by(options: str):
        return browser.new_context(**json.loads(options))

    return lambda **options: by(json.dumps(options, sort_keys=True))


@pytest.fixture
def visit(context: Callable, server: Server) -> Iterator[Callable]:
    """New visitors, each with a session of their own; the test fails if one of them met an error."""
    from tests.e2e.visitor import Visitor

    visitors = []

    def arrive(path: str | None = None, **options) -> Visitor:
        visitors.append(
            Visitor(context(**{"viewport": {"width": 1440, "height": 900}} | options).new_page(), server.url)
        )
        if path is not None:
            visitors[-1].open(path)
        return visitors[-1]

    yield arrive
    for visitor in visitors:
        visitor.page.close()
    assert [trouble for visitor in visitors for trouble in visitor.troubles] == []
