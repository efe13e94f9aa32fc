"""A crawl that is killed goes on where it was: what there is is whole, nothing is missing, little is asked twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.crawl import crawl
from pipeline.workspace import Workspace
from tests.crawl.conftest import crawling
from tests.crawl.server import Internet
from tests.crawl.sites import PLACES, Town, draft_of, post, trs

PATIENCE = 60.0


def killed(workspace: Workspace, when: Callable[[], bool], sign: signal.Signals = signal.SIGKILL) -> None:
    """Crawl with the real command, and kill it (not its children) as soon as it is time."""
    command = [Path(sys.executable).with_name("gongkai"), "--data", workspace.root, "crawl"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        until = time.monotonic() + PATIENCE
        while not when():
            assert process.poll() is None and time.monotonic() < until
            time.sleep(0.01)
        os.kill(process.pid, sign)
        process.wait(PATIENCE)


def at_rest(sites: Internet) -> None:
    """Wait until nobody asks any more: children have seen that their parent is gone."""
    until, before = time.monotonic() + PATIENCE, -1
    while len(sites.asked) != before:
        assert time.monotonic() < until
        before = len(sites.asked)
        time.sleep(0.7)


def whole(workspace: Workspace, town: Town, name: str) -> set[str]:
    """The addresses of which there are files, each of them whole and with its sidecar."""
    found = set()
    for file in (workspace.crawled / name).rglob("*"):
        if file.is_file() and not file.name.startswith(".") and not file.name.endswith(".meta.json"):
            facts = json.loads(file.with_name(f"{file.name}.meta.json").read_text())
            path = town.site.path(facts["url"])
            assert file.read_bytes() == town.site.answer(path).body, path
            found.add(path)
    return found


@pytest.fixture
def two_towns(sites: Internet) -> dict[str, Town]:
    built = {}
    for number, kind in enumerate((trs, post)):
        agencies = [f"{PLACES[number]}{body}" for body in ("教育局", "水利局", "财政局", "司法局")]
        drafts = [(10_000 + n, draft_of(a, 2019 + n % 5, n)) for n, a in enumerate(agencies * 5)]
        town = built[kind.__name__] = kind(sites.site(), PLACES[number], drafts)
        for path in town.paths:
            town.site.answer(path).delay = 0.2  # so that a crawl lasts until it is killed
    return built


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM])
def test_killed_again_and_again_a_crawl_completes(
    sites: Internet, two_towns: dict[str, Town], tmp_path: Path, sign: signal.Signals
) -> None:
    workspace = crawling(tmp_path, **{name: town.source for name, town in two_towns.items()})
    for share in (0.1, 0.3):
        enough = share * sum(len(town.paths) for town in two_towns.values())
        killed(workspace, lambda enough=enough: len(sites.asked) > enough, sign)
        at_rest(sites)
        there = {name: whole(workspace, town, name) for name, town in two_towns.items()}
        assert all(there[name] <= town.paths for name, town in two_towns.items())
        assert any(there[name] != town.paths for name, town in two_towns.items())
    results = crawl(workspace)
    assert [result.error for result in results] == [None, None]
    at = len(sites.asked)
    for name, town in two_towns.items():
        assert whole(workspace, town, name) == town.paths
        times = Counter(a.path for a in town.site.asked if a.status in (200, 304) and a.path in town.paths)
        assert set(times) == town.paths
        assert sum(times.values()) <= len(town.paths) + 2 * 2  # what was on its way when it was killed
    assert {frozenset(result.outcomes) for result in crawl(workspace)} == {frozenset({"unchanged"})}
    again = Counter(asked.path for asked in sites.asked[at:] if asked.status == 304)
    assert all(again[path] == 1 for town in two_towns.values() for path in town.paths)
