"""The rooms know each other in one direction only: the contract in `pyproject.toml`, held."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_no_room_knows_a_later_one() -> None:
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_room_that_knows_a_later_one_is_found(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "pipeline", tmp_path / "pipeline", ignore=shutil.ignore_patterns("__pycache__"))
    with (tmp_path / "pipeline" / "readers" / "document.py").open("a") as module:
        module.write("\n\ndef late() -> None:\n    import pipeline.lake\n")
    result = lint_imports(tmp_path)
    assert result.returncode == 1
    assert "pipeline.readers.document -> pipeline.lake" in result.stdout
