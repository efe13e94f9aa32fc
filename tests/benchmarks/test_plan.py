"""The plan of docs/scale.md: computed from what was measured, and saying what it assumes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks import plan


def measured(reports: int, build: float) -> dict[str, Any]:
    """A run in which each document took 3.6 s to read."""
    steps = {"read": reports * 3.6, "build": build, "export": 0.0}
    return {
        "reports": reports,
        "cores": 2,
        "first": {name: {"seconds": seconds, "cpu": seconds, "peak": 1.0} for name, seconds in steps.items()},
    }


def test_what_a_number_of_documents_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machines = tmp_path / "machines.csv"
    machines.write_text("machine,machines,cores,memory_gib,dollars_an_hour\nhere,1,1,8,0\nten,10,1,16,10\n")
    monkeypatch.setattr(plan, "MACHINES", machines)
    # An hour whatever the number, and 0.36 s a document.
    told = plan.plan([measured(1000, 3600 + 360), measured(2000, 3600 + 720)], 10_000)
    assert "10,000 documents, from the run of 2,000: 10.0 hours of one core to read, 2.0 hours to build" in told
    assert "| here | 1 | 8 | 11.1 | 13.1 | its own |" in told
    assert "| ten | 10 | 16 | 1.1 | 3.1 | 13 |" in told, "nine are given back before the build"
    assert "Computed, not measured." in told and "90% of that" in told and "assumed prices" in told
    in_proportion = plan.plan([measured(2000, 3600 + 720)], 10_000)
    assert "6.0 hours to build" in in_proportion
