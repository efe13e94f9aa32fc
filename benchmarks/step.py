"""One step of a run in a process of its own, for `benchmarks.scale`: ``python -m benchmarks.step STEP DATA``.

``read`` refreshes the lake, ``build`` loads, transforms, checks and publishes, ``export`` renews the exports. What came
of it is the last line on standard output, as JSON.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from pipeline.lake import refresh
from pipeline.warehouse import assemble, new_scratch, publish, renew_exports, tidy, timed, transform
from pipeline.workspace import Workspace


def read(workspace: Workspace) -> dict[str, Any]:
    """Read what is new; what took how long, as the run tells it, in seconds by what it was doing."""
    last, stages = ["Starting", time.perf_counter()], dict[str, float]()

    def progress(stage: str, done: int, total: int) -> None:
        now = time.perf_counter()
        stages[last[0]] = stages.get(last[0], 0) + now - last[1]
        last[:] = [stage, now]

    result = refresh(workspace, progress=progress)
    progress("", 0, 0)
    names = ("found", "read", "extracted", "not_a_report", "quarantined", "cells")
    return {**{name: getattr(result, name) for name in names}, "warnings": result.warnings[:5], "stages": stages}


def build(workspace: Workspace) -> dict[str, Any]:
    """A build as `pipeline.warehouse.build` makes it; with the seconds of its parts and of each model and seed."""
    tidy(workspace)
    target = new_scratch(workspace)
    try:
        with timed(target, "landing"):
            rows = assemble(workspace, target)
        with timed(target, "marts"):
            nodes = transform(target)
        made = publish(workspace, target)
    finally:
        shutil.rmtree(target.parent, ignore_errors=True)
    return {
        "cells": rows["cells"],
        "steps": made.record.get("seconds"),
        "bytes": workspace.published.stat().st_size,
        "nodes": sorted(((seconds, name) for name, seconds in nodes.items()), reverse=True),
    }


def export(workspace: Workspace) -> dict[str, Any]:
    """The exports that are out of date."""
    written = renew_exports(workspace)
    return {"files": len(written), "bytes": sum(path.stat().st_size for path in written)}


STEPS: Final[Mapping[str, Callable[[Workspace], dict[str, Any]]]] = {"read": read, "build": build, "export": export}

if __name__ == "__main__":
    own = Workspace(Path(sys.argv[2]))
    with own.exclusive():
        print(json.dumps(STEPS[sys.argv[1]](own)))
