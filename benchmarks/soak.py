"""Night after night: does anything grow, is anything lost?

``python -m benchmarks.soak [--nights 100] [--reports 500] [--share 0.01] [--folder DIR]`` writes generated reports and
spends so many nights with them (`benchmarks.nights`): each changes, adds and removes some, the same ones in every soak
of a seed, and runs the real command. After each the published file must say what is in ``raw/``, report by report.
What each night took is fitted by a line over the nights: its slope, and how much that is over all of them of what a
night takes on average. The first nights are left out of the fit, since retention has yet to fill up.

What was read of documents that have gone is forgotten at once (``lake.keep_days: 0``), and three builds are kept:
with the defaults the disk would be bounded only after weeks.

Exit status 1 if a night read other documents than those that changed, or the truth is violated.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.nights import Reports, spend
from pipeline.workspace import Workspace

SETTINGS: Final = "lake: {keep_days: 0}\nbuilds: {keep: 3, keep_monthly: 0, keep_refused: 1}\n"
FILLING: Final = 10
"""Nights until all that is kept for some nights is there."""


class Row(NamedTuple):
    """What a night took, and what the data folder then held: MiB on disk, and files beside those of ``raw/``."""

    seconds: float
    cpu: float
    memory: float
    lake: float
    builds: float
    exports: float
    folder: float
    files: float


UNITS: Final = Row("s", "s", "MiB", "MiB", "MiB", "MiB", "MiB", "")  # type: ignore[arg-type]
FLAT: Final = 0.1
"""What may have grown over all nights, as a share of the average, to be called flat."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak")
    parser.add_argument("--nights", type=int, default=100)
    parser.add_argument("--reports", type=int, default=500)
    parser.add_argument("--share", type=float, default=0.01, help="of the reports that change every night")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folder", type=Path, help="where to work; a temporary folder by default")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        workspace = Workspace(Path(folder))
        workspace.settings.write_text(SETTINGS)
        rows, faults = soak(Reports(workspace, options.reports, options.seed), options.nights, options.share)
    tell_slopes(rows)
    read = f"{len(rows)} nights, {options.reports} reports"
    print("\n".join([f"{read}: the truth is violated", *faults]) if faults else f"{read}: nothing lost, nothing twice")
    sys.exit(bool(faults))


def soak(reports: Reports, nights: int, share: float) -> tuple[list[Row], list[str]]:
    """Spend the nights, print every tenth, and give what each took and all that was wrong."""
    rows: list[Row] = []
    faults: list[str] = []
    with suppress(KeyboardInterrupt):  # what was measured until then is told
        _spend_nights(reports, nights, share, rows, faults)
    return rows, faults


def _spend_nights(reports: Reports, nights: int, share: float, rows: list[Row], faults: list[str]) -> None:
    print(f"{'night':>5} {'read':>6} " + " ".join(f"{name:>8}" for name in Row._fields), flush=True)
    for number in range(nights + 1):
        change = reports.change(share) if number else None
        night = spend(reports.workspace)
        wanted = (change.to_read, change.to_forget, True) if change else (len(reports.truth), 0, True)
        if (night.read, night.removed, night.built) != wanted:
            faults.append(f"night {number}: {night} after {change}")
        faults += [f"night {number}: {fault}" for fault in reports.faults()]
        row = Row(night.seconds, night.cpu, night.peak, *disk(reports.workspace))
        if number:
            rows.append(row)
        if number % 10 == 0 or number == nights:
            print(f"{number:5} {night.read:6} " + " ".join(f"{value:8.1f}" for value in row), flush=True)


def disk(workspace: Workspace) -> tuple[float, float, float, float, int]:
    """MiB of the lake, of the builds, of the exports and of all but ``raw/``, and its files (one of two names once)."""
    lake, _ = _size(workspace.lake)
    builds, _ = _size(workspace.warehouse, without=workspace.lake)
    exports, _ = _size(workspace.exports)
    whole, files = _size(workspace.root, without=workspace.raw)
    return lake, builds, exports, whole, files


def _size(folder: Path, without: Path | None = None) -> tuple[float, int]:
    seen = {
        (stat.st_dev, stat.st_ino): stat.st_blocks * 512
        for path in folder.rglob("*")
        if path.is_file() and not (without and path.is_relative_to(without))
        for stat in (path.stat(),)
    }
    return sum(seen.values()) / 2**20, len(seen)


def tell_slopes(rows: list[Row]) -> None:
    """How much each grew by the night, by least squares over the nights after the first."""
    rows = rows[FILLING:] if len(rows) > 3 * FILLING else rows
    if len(rows) < 3:
        return
    print(f"\n{'':8} {'average':>9} {'a night':>14} {f'over {len(rows)}':>9}")
    for name, unit, values in zip(Row._fields, UNITS, zip(*rows, strict=True), strict=True):
        slope = statistics.linear_regression(range(len(values)), values).slope
        average = statistics.fmean(values)
        grown = slope * len(values) / average if average else 0.0
        verdict = "flat" if abs(grown) < FLAT else "grows" if grown > 0 else "shrinks"
        print(f"{name:8} {average:9.1f} {slope:+9.4f} {unit:>4} {grown:+9.1%}  {verdict}")


if __name__ == "__main__":
    main()
