"""All that is measured, as one table beside peers and limits: ``make bench``, and ``make bench-quick`` for every day.

``python -m benchmarks.suite [--quick] [--reports N] [--builds N] [--out FILE]`` measures each part in a process of its
own, so that its memory is its own, and prints the table; ``--out`` writes it as Markdown with the description of the
machine (``benchmarks/RESULTS.md``). The quick one takes fewer files and rounds, and leaves out what LibreOffice writes.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.measured import Measured, measured

_LIBRARIES: Final = ("selectolax", "pypdfium2", "polars", "duckdb", "dbt-core", "dbt-duckdb")


class Row(NamedTuple):
    """A figure, and that of a peer or limit in the same run beside it; ``wanted`` is what it should be."""

    what: str
    value: float
    unit: str
    beside: str = ""
    other: float | None = None
    wanted: str = ""


class Size(NamedTuple):
    """How much is measured."""

    is_quick: bool
    reports: int
    builds: int


def _html(size: Size) -> list[Row]:
    from benchmarks import html
    from benchmarks.pages import pages

    best = html.contest(pages(20 if size.is_quick else 60), *((3, 1) if size.is_quick else ()))
    ours = best.pop(html.OURS) * 1000
    wanted = {html.LIMIT: "at most 3 times as long", "pandas.read_html, lxml (raw tables only)": "1.6 times as fast"}
    return [
        Row("HTML of 50 KB to figures", ours, "ms", name, seconds * 1000, wanted.get(name, ""))
        for name, seconds in best.items()
    ]


def _docx(size: Size) -> list[Row]:
    from benchmarks import docx

    best = docx.contest(*((docx.edited(10), 2) if size.is_quick else (docx.files(),)))
    return [Row("DOCX to figures", best[docx.OURS] * 1000, "ms", docx.PEER, best[docx.PEER] * 1000)]


def _pdf(size: Size) -> list[Row]:
    from benchmarks import pdf
    from tests.corpus.compose import FORMS, Recipe
    from tests.corpus.printed import write_printed

    if size.is_quick:
        drafts = [Recipe(seed, "html", (), FORMS[seed % len(FORMS)]).write()[0] for seed in range(4)]
        best = pdf.contest([write_printed(draft) for draft in drafts], 3, 1)
    else:
        best = pdf.contest(pdf.files())
    ours = best[pdf.OURS] * 1000
    return [Row("PDF with text to figures", ours, "ms", pdf.PEER, best[pdf.PEER] * 1000, "6 times as fast")]


def _scans(size: Size) -> list[Row]:
    if size.is_quick:
        return []
    from pipeline.readers.scan import read_page_image
    from tests.corpus.draft import Draft
    from tests.corpus.report import MarkedReport
    from tests.corpus.scan import KINDS, print_pages, scan

    pages = scan(print_pages([Draft.of(MarkedReport(0))])[0], KINDS["skewed"], 0)
    read_page_image(pages[0], 1)  # the models are loaded once a process
    start = time.perf_counter()
    for page in pages:
        read_page_image(page, 1)
    return [Row("a scanned page to text and cells", (time.perf_counter() - start) / len(pages) * 1000, "ms")]


def _two_cores(size: Size) -> list[Row]:
    """Reading a corpus by one process, and by two."""
    from benchmarks.corpus import Corpus, write_corpus
    from pipeline.lake import refresh
    from pipeline.workspace import Workspace

    reports = 120 if size.is_quick else 1200
    seconds = []
    with tempfile.TemporaryDirectory() as name:
        mix = {"html": 85, "docx": 9, "pdf": 5}
        write_corpus(Corpus(Path(name), reports, mix=mix))
        for workers in (1, 2):
            workspace = Workspace(Path(name) / f"by {workers}")
            workspace.root.mkdir()
            workspace.raw.symlink_to(Path(name) / "raw")
            seconds.append(refresh(workspace, workers=workers).seconds)
    one, two = (each / reports * 1000 for each in seconds)
    return [Row("a mixed document through the lake, two cores", two, "ms", "one core", one, "1.8 times as fast")]


def _build(size: Size) -> list[Row]:
    from benchmarks.build import measure
    from benchmarks.lakes import consistent_figures, write_lake
    from pipeline.warehouse import renew_exports
    from pipeline.workspace import Workspace

    with tempfile.TemporaryDirectory() as name:
        workspace = Workspace(Path(name))
        workspace.raw.mkdir()
        write_lake(workspace, size.builds, consistent_figures)
        figures = measure(workspace)
        start = time.perf_counter()
        renew_exports(workspace)
        exported = time.perf_counter() - start
    of = f"of {size.builds:,} reports"
    return [
        *(Row(f"{step}, {of}", seconds, "s") for step, seconds in figures.steps.items()),
        Row(f"export, {of}", exported, "s"),
        Row(f"published file, {of}", figures.size, "GiB"),
        *(Row(f"query: {name}", milliseconds, "ms") for name, milliseconds in figures.queries.items()),
    ]


def _runs(size: Size) -> list[Row]:
    from benchmarks.corpus import Corpus
    from benchmarks.scale import run

    if not size.reports:
        return []
    with tempfile.TemporaryDirectory() as name:
        figures, faults = run(Corpus(Path(name), size.reports), 0.01)
    if faults:
        sys.exit("\n".join(faults))
    of = f"of {size.reports:,} documents"
    rows = []
    for run_name, title in (("first", "first run"), ("change", "a run after 1 % changed")):
        steps = figures[run_name]
        rows += [Row(f"{title}, {step}, {of}", took["seconds"], "s") for step, took in steps.items()]
        rows += [
            Row(f"{title}, peak of {step}", took["peak"], "MiB", wanted=_BOUNDS.get(step, ""))
            for step, took in steps.items()
        ]
    return [*rows, Row(f"a run with nothing new, {of}", figures["nothing_new"]["seconds"], "s", wanted="20 at most")]


_BOUNDS: Final = {"read": "2048 at most", "build": "4096 at most"}

PARTS: Final[Mapping[str, Callable[[Size], list[Row]]]] = {
    "html": _html,
    "docx": _docx,
    "pdf": _pdf,
    "scans": _scans,
    "two_cores": _two_cores,
    "build": _build,
    "runs": _runs,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.suite", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--reports", type=int, help="of the whole runs (2,000; none when quick)")
    parser.add_argument("--builds", type=int, help="reports of the build (100,000; 500 when quick)")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    reports = (0 if options.quick else 2000) if options.reports is None else options.reports
    size = Size(options.quick, reports, options.builds or (500 if options.quick else 100_000))
    if options.child:
        with redirect_stdout(sys.stderr):
            rows = [row for name in options.part for row in PARTS[name](size)]
        print(json.dumps(rows))
        return
    start = time.perf_counter()
    lines = ["| what | | | beside it | | times | wanted |", "|---|---:|---|---|---:|---:|---|"]
    print("\n".join(lines))
    for name in options.part or PARTS:
        part = _measure(name, size)
        rows = [Row(*row) for row in json.loads(part.said.rstrip().rpartition("\n")[2])]
        if rows:
            rows.append(Row(f"all of `{name}`, peak of memory", part.peak, "MiB"))
        for line in map(_line, rows):
            print(line, flush=True)
            lines.append(line)
    took = f"{time.perf_counter() - start:.0f} s"
    print(f"\n{machine()}; measured in {took}")
    if options.out:
        options.out.write_text(_page("\n".join(lines), took, size), encoding="utf-8")


def _measure(name: str, size: Size) -> Measured:
    options = ["--reports", str(size.reports), "--builds", str(size.builds), *(["--quick"] if size.is_quick else [])]
    return measured([sys.executable, "-m", "benchmarks.suite", "--child", "--part", name, *options])


def _line(row: Row) -> str:
    times = f"{row.other / row.value:.2f}" if row.other is not None and row.value else ""
    other = f"{row.other:,.2f}" if row.other is not None else ""
    return f"| {row.what} | {row.value:,.2f} | {row.unit} | {row.beside} | {other} | {times} | {row.wanted} |"


def machine() -> str:
    """The machine in words: processor, cores, memory, how busy it is, and the versions of what matters."""
    told = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").exists() else ""
    models = [line.partition(":")[2].strip() for line in told.splitlines() if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    return (
        f"{models[0] if models else platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB of memory, "
        f"{platform.system()} {platform.release()}, load {os.getloadavg()[0]:.1f} at the end; "
        f"Python {platform.python_version()}, {libraries}"
    )


def _page(table: str, took: str, size: Size) -> str:
    command = "make bench-quick" if size.is_quick else "make bench"
    return f"""# What was measured, and when

Written by `{command}` on {datetime.now(UTC):%Y-%m-%d}, in {took}. {machine()}.

What stands beside a figure was measured in the same run on the same files; *times* is how many times as long it took.
The fastest of several rounds counts for what reads files. Where the load is above the number of cores, the machine did
other work too, and seconds on the clock say little.

{table}
"""


if __name__ == "__main__":
    main()
