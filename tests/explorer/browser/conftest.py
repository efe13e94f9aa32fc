"""One warehouse of a few hundred reports, one browser, one server: for all tests in Chromium."""

from __future__ import annotations

import http.client
import os
import shutil
import time
from collections.abc import Iterator
from functools import partial
from urllib.parse import urlsplit

import duckdb
import pytest
from filelock import FileLock
from playwright.sync_api import Browser, expect

from benchmarks.explorer import wait_for_words
from pipeline.workspace import Workspace
from tests.explorer.browser import warehouse
from tests.explorer.browser.chromium import chromium, print_page, program
from tests.explorer.browser.places import Query
from tests.explorer.browser.server import serve
from tests.explorer.browser.visitor import PATIENCE, Visitor, visiting


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if program() is None:
        pytest.skip("Chromium is not installed: make system")
    expect.set_options(timeout=PATIENCE)
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Workspace:
    """The warehouse, built once however many processes test; only to be read."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    workspace = Workspace(shared / "reports")
    with FileLock(shared / "reports.lock"):
        if not (workspace.root / "run.txt").exists():
            start, cpu = time.monotonic(), os.times()
            said = warehouse.build(workspace, partial(print_page, browser))
            now = os.times()
            spent = sum(now[:4]) - sum(cpu[:4])
            (workspace.root / "run.txt").write_text(f"{said}\n{time.monotonic() - start:.0f} s, {spent:.0f} s of CPU\n")
    return workspace


@pytest.fixture(scope="session")
def address(reports: Workspace) -> Iterator[str]:
    """Where the warehouse is served, once its narratives can be searched: until then a page is another each time."""
    with serve(reports) as url:
        server = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        assert wait_for_words("/search?q=%E5%85%AC%E5%BC%80", server, PATIENCE / 1000) is not None
        yield url


@pytest.fixture
def visitor(browser: Browser, address: str) -> Iterator[Visitor]:
    """Somebody who looks at the pages; nothing of what must not happen may have happened in the end."""
    with visiting(browser, address) as one:
        yield one
        assert "\n".join(one.faults) == ""


@pytest.fixture(scope="session")
def query(reports: Workspace) -> Iterator[Query]:
    """The rows that a query of the published file gives."""
    with duckdb.connect(reports.published, read_only=True) as connection:

        def ask(sql: str, *parameters: object) -> list[tuple]:
            return connection.execute(sql, parameters).fetchall()

        yield ask


@pytest.fixture(scope="session")
def for_review(reports: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A copy of the warehouse, into which reviews may be written."""
    workspace = Workspace(tmp_path_factory.mktemp("review") / "data")
    shutil.copytree(reports.root, workspace.root)
    return workspace
