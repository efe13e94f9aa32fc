"""Analysts read while builds are published: many processes, the real publication, files that tell themselves apart."""

from __future__ import annotations

from pathlib import Path

from benchmarks.reader import MARKED
from benchmarks.readers import publish_all, publish_marked, read, tell
from pipeline.workspace import Workspace

READERS = 50
PUBLICATIONS = 20
PACE = 0.4
"""Seconds from one publication to the next: time for readers to meet it."""
PAUSE = 3
"""Seconds between two rounds of a reader: opening takes most of a round, and the cores are few."""


def test_readers_see_one_whole_build_each_while_builds_are_published(published: Workspace, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    first = publish_marked(workspace, published.published, 0)

    def work() -> None:
        publish_all(workspace, published.published, PUBLICATIONS, PACE)

    seen = read(workspace, READERS, [], work, PAUSE)
    tell(f"{PUBLICATIONS} publications", seen)
    assert seen.faults == []
    assert len(seen.asked) == seen.rounds * len(MARKED)
    assert seen.fewest >= 2, "each reader read"
    assert len(seen.opened) > seen.rounds // 2, "and most opened the file anew"
    assert len(seen.builds) > PUBLICATIONS // 2, "readers met most publications"
    assert first in seen.builds, "of those, some kept the first open"
