"""What changed in the last build, for the start page: made once a build by the child process, kept as JSON.

To compare all figures of two builds takes a minute where there are many: no page waits for it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pipeline.workspace import JobError, Workspace

_FORMAT: Final = 1
_LISTED: Final = 40
_LIST: Final = """
    SELECT
        change, agency_id, coalesce(agency_full_name, agency_id) AS agency, report_year,
        table_code, table_set, row_code, column_code,
        coalesce(raw_text_before, status_before) AS before, coalesce(raw_text_after, status_after) AS after,
        document_id_before, document_id_after
    FROM changes
    ORDER BY
        array_position(['report_added', 'report_replaced', 'report_removed'], change) NULLS LAST,
        report_year DESC, agency, table_code, table_set, row_code, column_code
"""


def read_changes(workspace: Workspace, build_id: str) -> Mapping[str, Any] | None:
    """What changed with a build; None while that is not known.

    ``before`` is the build before, None for the first one that is kept; ``counts`` are the changes by kind, ``marts``
    the rows of those that have more or fewer, ``listed`` the first changes.
    """
    try:
        said = json.loads(_path(workspace, build_id).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return said if isinstance(said, dict) else None


def make_changes(workspace: Workspace, build_id: str) -> None:
    """Compare a build with the one published before it, if that is kept, and write down what differs."""
    from pipeline.warehouse import diff, find_build

    path = _path(workspace, build_id)
    if path.exists():
        return
    said: dict[str, Any] = {"before": None, "counts": {}, "marts": {}, "listed": []}
    try:
        now = find_build(workspace, build_id)
        before = now.record.get("build_before")
        if before:
            with diff(find_build(workspace, str(before)), now) as (difference, connection):
                listed = connection.execute(f"{_LIST} LIMIT {_LISTED}")
                names = [column[0] for column in listed.description or ()]
                rows = [dict(zip(names, row, strict=True)) for row in listed.fetchall()]
                changed = {mart: rows for mart, rows in difference.marts.items() if rows[0] != rows[1]}
                said = {"before": before, "counts": difference.counts, "marts": changed, "listed": rows}
    except JobError:  # the build before is not kept, or of another version
        pass
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
    part.replace(path)
    for other in path.parent.glob("changes-*.json"):
        if other != path:
            other.unlink(missing_ok=True)


def _path(workspace: Workspace, build_id: str) -> Path:
    return workspace.explorer / f"changes-{_FORMAT}-{build_id}.json"
