"""What any number of documents takes on which machines, computed from what was measured: the tables of docs/scale.md.

``python -m benchmarks.plan FIGURES.json... [--documents 2000000] [--docs docs/scale.md]`` takes what
`benchmarks.scale` wrote (``--json``), of runs of several sizes, and prints the curve and the plan, or puts them between
the marks of a document. Machines and their prices stand in ``machines.csv``; they are examples, which nobody measured.

Reading is divided among all cores of all machines, of which each is taken to give `EFFICIENCY` of what it gives alone.
A build, its exports and a look at files that have not changed stay on one machine; their seconds are on the line
through the runs measured (in proportion to documents where there is but one). The plan says of itself what it assumes.
"""

from __future__ import annotations

import argparse
import csv
import json
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

EFFICIENCY: Final = 0.9
"""Of several cores that read, what each is taken to give: two are to give 1.8 times one, which `make bench` measures;
for more it is an assumption."""

MACHINES: Final = Path(__file__).with_name("machines.csv")
_MARKS: Final = ("<!-- measured -->", "<!-- end -->")

Figures = Mapping[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.plan", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("figures", type=Path, nargs="+")
    parser.add_argument("--documents", type=int, default=2_000_000)
    parser.add_argument("--docs", type=Path, help="put the tables between the marks of this file")
    options = parser.parse_args()
    runs = sorted((json.loads(path.read_text()) for path in options.figures), key=lambda run: int(run["reports"]))
    told = f"{curve(runs)}\n\n{plan(runs, options.documents)}"
    if not options.docs:
        print(told)
        return
    page = options.docs.read_text(encoding="utf-8")
    before, _, rest = page.partition(_MARKS[0])
    _, _, after = rest.partition(_MARKS[1])
    options.docs.write_text(f"{before}{_MARKS[0]}\n{told}\n{_MARKS[1]}{after}", encoding="utf-8")


def curve(runs: Sequence[Figures]) -> str:
    """A row a run: what a document takes, and the peaks of memory."""
    lines = [
        "| documents | reading, ms of CPU each | s | peak, MiB | build, s | ms each | peak, MiB | export, s "
        "| 1 % changed, s | of the first | nothing new, s |",
        "|---:" * 11 + "|",
    ]
    for run in runs:
        first, count = run["first"], run["reports"]
        whole, then = (sum(step["seconds"] for step in run[name].values()) if name in run else None for name in _RUNS)
        changed = f"{then:,.0f} | {then / whole:.2f}" if then and whole else " | "
        nothing = f"{run['nothing_new']['seconds']:.1f}" if "nothing_new" in run else ""
        lines.append(
            f"| {count:,} | {first['read']['cpu'] / count * 1000:.1f} | {first['read']['seconds']:,.0f} "
            f"| {first['read']['peak']:,.0f} | {first['build']['seconds']:,.0f} "
            f"| {first['build']['seconds'] / count * 1000:.1f} | {first['build']['peak']:,.0f} "
            f"| {first['export']['seconds']:,.0f} | {changed} | {nothing} |"
        )
    return "\n".join(lines)


_RUNS: Final = ("first", "change")

_ASSUMED: Final = (
    "Computed, not measured. It is assumed that a core of these machines reads as fast as one of the {cores} measured, "
    "and gives {share} of that beside others, however many; that a build and its exports grow along a line beyond "
    "{largest} documents, on a machine with memory and disk enough; and what the machines cost: "
    "`benchmarks/machines.csv` holds examples, no offer of anybody. Put your own in there."
)


def plan(runs: Sequence[Figures], documents: int) -> str:
    """What so many documents take on each machine: hours, dollars, and what has to be stored."""
    last = runs[-1]
    reading = last["first"]["read"]["cpu"] / last["reports"] * documents / 3600
    apart = sum(_grown(runs, documents, name) for name in ("build", "export")) / 3600
    again = [(int(run["reports"]), float(run["nothing_new"]["seconds"])) for run in runs if "nothing_new" in run]
    nothing = f"{_line(again, documents):,.0f} s for a run with nothing new; " if again else ""
    stored = {name: size / last["reports"] * documents / 2**30 for name, size in last.get("bytes", {}).items()}
    kept = ", ".join(f"{name} {size:,.0f} GiB" for name, size in stored.items())
    lines = [
        f"{documents:,} documents, from the run of {last['reports']:,}: {reading:,.1f} hours of one core to read, "
        f"{apart:.1f} hours to build and export, {nothing}{kept}.",
        "",
        _ASSUMED.format(largest=f"{last['reports']:,}", share=f"{EFFICIENCY:.0%}", cores=last["cores"]),
        "",
        "| machines (examples) | cores | memory, GiB each | reading, hours | with build and exports "
        "| dollars, at assumed prices |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    with MACHINES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            cores = int(row["machines"]) * int(row["cores"])
            hours = reading / cores / EFFICIENCY
            # The others are given back before one of them builds.
            price = float(row["dollars_an_hour"])
            dollars = f"{price * (hours + apart / int(row['machines'])):,.0f}" if price else "its own"
            machine, memory = row["machine"], row["memory_gib"]
            lines.append(f"| {machine} | {cores} | {memory} | {hours:,.1f} | {hours + apart:,.1f} | {dollars} |")
    return "\n".join(lines)


def _grown(runs: Sequence[Figures], documents: int, step: str) -> float:
    return _line([(int(run["reports"]), float(run["first"][step]["seconds"])) for run in runs], documents)


def _line(known: Sequence[tuple[int, float]], documents: int) -> float:
    """The seconds for so many documents, on the line through those known; in proportion where there is one."""
    if len({count for count, _ in known}) < 2:
        count, seconds = known[-1]
        return seconds / count * documents
    slope, fixed = statistics.linear_regression(*zip(*known, strict=True))
    return max(fixed, 0) + slope * documents


if __name__ == "__main__":
    main()
