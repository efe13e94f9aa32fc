"""Analysts read while builds are published: many processes, the real publication, files that tell themselves apart."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from benchmarks.reader import MARKED
from benchmarks.readers import publish_all, publish_marked, read, tell
from pipeline.warehouse import PublishedInUse, open_published
from pipeline.workspace import JobError, Workspace
from tests.conftest import ROOT

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


def test_the_examples_of_the_page_run(published: Workspace, tmp_path: Path) -> None:
    (tmp_path / "data").symlink_to(published.root)
    page = (ROOT / "docs" / "readers.md").read_text("utf-8")
    examples = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    alone = [example for example in examples if ".pl()" not in example]  # which needs pyarrow beside Polars
    assert len(alone) == 3
    for example in alone:
        run = subprocess.run([sys.executable, "-c", example], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (run.returncode, run.stderr) == (0, "")
    assert "Could not set lock on file" in page


def test_a_lock_is_of_a_writer_alone_who_keeps_builds_from_publication(published: Workspace, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    publish_marked(workspace, published.published, 0)
    workspace.published.chmod(0o644)  # as on a file system where it has to be so, or by who may
    write = f"import duckdb; c = duckdb.connect({str(workspace.published)!r}); print(flush=True); input()"
    writer = subprocess.Popen([sys.executable, "-c", write], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert writer.stdout
    try:
        assert writer.stdout.readline() == "\n"
        with pytest.raises(duckdb.IOException, match="Could not set lock on file"):
            duckdb.connect(workspace.published, read_only=True)
        with pytest.raises(JobError, match=r"open for writing.*\n.*read-only"):
            open_published(workspace)
        with pytest.raises(PublishedInUse, match=str(writer.pid)):
            publish_marked(workspace, published.published, 1)
    finally:
        writer.communicate("\n")
    second = publish_marked(workspace, published.published, 2)
    with duckdb.connect(workspace.published, read_only=True) as reader:
        assert reader.sql("SELECT build_id FROM landing.build").fetchall() == [(second,)]
