"""Users open pages while builds are published: no error, each page of one build, and never back to an older one."""

from __future__ import annotations

import re
import shutil
from collections import Counter, defaultdict
from pathlib import Path

from benchmarks.explorer import Users, choose
from benchmarks.readers import publish_all, publish_marked
from pipeline.warehouse import open_published
from pipeline.workspace import Workspace
from tests.explorer.site import running

USERS = 20
PUBLICATIONS = 10
PACE = 0.5
"""Seconds from one publication to the next, at least: time for users to meet it."""
PAUSE = 1.0
MARK = re.compile(rb"20260101T00\d{4}Z-\d{8}")
"""The id of a build that `publish_marked` makes: in the foot of each page, and in the titles of its reports."""

BEFORE = re.compile(rb'<h2 id="changes">.*?</main>', re.DOTALL)
"""What changed, on the start page: it names the build before."""


def test_twenty_users_see_no_error_while_ten_builds_are_published(published: Workspace, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "data")
    shutil.copytree(published.raw, workspace.raw)
    publish_marked(workspace, published.published, 0)
    with open_published(workspace) as connection:
        paths = choose(connection)
    seen: dict[int, list[bytes]] = defaultdict(list)

    def look(user: int, body: bytes) -> str | None:
        marks = set(MARK.findall(BEFORE.sub(b"", body)))
        seen[user] += marks
        return None if len(marks) <= 1 else f"two builds in one page: {marks}"

    with running(workspace) as site:
        users = Users(site.port, paths, PAUSE, look)
        with users.visiting(USERS):
            publish_all(workspace, published.published, PUBLICATIONS, PACE)
    visits = Counter(visit.page for visit in users.visits)
    builds = {mark for marks in seen.values() for mark in marks}
    print(f"{len(users.visits)} visits of {len(visits)} pages, {len(builds)} builds")
    assert [(visit.path, visit.told) for visit in users.visits if visit.told] == []
    assert visits.keys() == paths.keys(), "all pages were opened"
    assert all(marks == sorted(marks) for marks in seen.values()), "nobody was led back to an older build"
    assert len(builds) > PUBLICATIONS // 2, "users met the publications"
