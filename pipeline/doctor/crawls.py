"""What crawls remember."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from pipeline.crawl.cache import examine
from pipeline.doctor.finding import Finding, count, names
from pipeline.workspace import EARLIER_VISITS, Workspace


def examine_crawls(workspace: Workspace) -> Iterator[Finding]:
    """Look at the memory and the manifests of each source."""
    caches = sorted(workspace.crawls.glob("*/cache.sqlite"))
    damaged = [path for path in caches if examine(path)]
    if damaged:
        told = f"the memory of {names(path.parent.name for path in damaged)} is damaged"
        yield Finding("crawls", "broken", told, "The next crawl makes it anew and asks for everything once more",
                      tuple(damaged))  # fmt: skip
    manifests = sorted(path for name in ("*.jsonl", EARLIER_VISITS) for path in workspace.crawls.glob(f"*/{name}"))
    if cut := {path: lines for path in manifests if (lines := _unreadable(path))}:
        told = ", ".join(f"{path.parent.name}/{path.name} ({lines:,})" for path, lines in cut.items())
        yield Finding("crawls", "look", f"lines that cannot be read: {told}", "They are passed over: a killed crawl "
                      "leaves one; of more, restore the manifest from a backup")  # fmt: skip
    if caches or manifests:
        yield Finding("crawls", "ok", f"{count(len(caches) - len(damaged), 'memory', 'memories')}, "
                      f"{count(len(manifests), 'manifest')}")  # fmt: skip


def _unreadable(path: Path) -> int:
    lines = 0
    for text in path.read_text(encoding="utf-8", errors="replace").split("\n"):
        try:
            lines += bool(text) and not isinstance(json.loads(text), dict)
        except ValueError:
            lines += 1
    return lines
