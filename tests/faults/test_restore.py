"""Backup and restore by the commands of the documentation alone."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb

from pipeline.workspace import Workspace
from tests.conftest import ROOT, gongkai
from tests.faults.night import copy, different_rows, tables


def documented(mark: str) -> str:
    """The commands of docs/operations.md that are marked so."""
    (commands,) = re.findall(rf"^```sh {mark}\n(.*?)^```$", (ROOT / "docs" / "operations.md").read_text(), re.M | re.S)
    return str(commands)


def test_a_backup_restored_on_an_empty_machine_gives_the_same_marts(published: Workspace, tmp_path: Path) -> None:
    here, there = Workspace(tmp_path / "here"), Workspace(tmp_path / "there")
    copy(published, here)
    here.reviews.write_text("finding_id,verdict,reason\n", "utf-8")
    (here.crawls / "town").mkdir(parents=True)
    (here.crawls / "town" / "1.jsonl").write_text('{"ended": "2026-01-01"}\n')
    if not here.builds.exists():
        with duckdb.connect(here.published, read_only=True) as connection:
            ((build_id,),) = connection.sql("SELECT build_id FROM landing.build").fetchall()
        (here.builds / build_id).mkdir(parents=True)
        os.link(here.published, here.builds / build_id / here.published.name)
        (here.builds / build_id / "build.json").write_text(json.dumps({"build_id": build_id}))
    (here.warehouse / ".build-1").mkdir()
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "BACKUP": str(tmp_path / "backup"),
        "PYTHONPATH": str(ROOT),
    }

    def follow(mark: str, workspace: Workspace) -> None:
        command = ["bash", "-euo", "pipefail", "-c", documented(mark)]
        env = {**environment, "DATA": str(workspace.root)}
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, cwd=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr

    follow("backup", here)
    kept = {path: path.read_bytes() for path in here.root.rglob("*") if path.is_file()}
    expected = tmp_path / "expected.duckdb"
    shutil.copy(here.published, expected)
    shutil.rmtree(here.root)
    follow("restore", there)
    for path, data in kept.items():
        name = path.relative_to(here.root)
        if name.parts[0] == "raw" or name.parts[:2] in (("warehouse", "crawl"), ("warehouse", "builds")):
            assert (there.root / name).read_bytes() == data
    assert (there.root / "reviews.csv").exists()
    assert tables(there.published) == tables(expected)
    assert different_rows(there.published, expected) == {}
    assert gongkai(there, "status").returncode == 0
