"""A corpus of any size: reports of real divisions' bodies over the years, in the formats of a crawl, with their truth.

``python -m benchmarks.corpus DATA --reports N [--seed 0] [--mix html=85,docx=9,pdf=5,doc=0.9,scan=0.1]`` writes them
into ``DATA/raw`` with a ``NAME.meta.json`` each, and the truth into ``DATA/truth``: `DOCUMENTS` a report, `FIGURES` a
printed place of its forms. The seed decides everything but the bytes of DOC, in which LibreOffice writes the time; how
many processes write plays no part.

All sums hold within a report and from year to year, but for one figure in a share of the reports, which the truth
names. Half of the reports stray from the official layout, in ways (`tests.corpus.variations`) that leave every figure
a certain place, and most pages stand in the frame of a site with the markup of an editor.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import polars as pl

from benchmarks.lakes import agency_names
from benchmarks.pages import framed
from pipeline.lake.schemas import CELLS, Schema, frame
from tests.corpus.accuracy import CHANGED_BY_OFFICE, STRAYING
from tests.corpus.annex import ANNEX, HOW_WRITTEN, AnnexReport, Straying
from tests.corpus.docx import write_docx
from tests.corpus.draft import Draft
from tests.corpus.grid import Slot
from tests.corpus.html import write_html
from tests.corpus.office import convert
from tests.corpus.plausible import Years
from tests.corpus.printed import write_printed
from tests.corpus.report import MarkedReport, Text
from tests.corpus.scan import KINDS, write_scans
from tests.corpus.variations import VARIATIONS, Format, Variation
from tests.corpus.variations.registry import STAGES

MIX: Final[Mapping[str, float]] = {"html": 85, "docx": 9, "pdf": 5, "doc": 0.9, "scan": 0.1}
"""What crawls bring home, in hundredths."""

YEARS: Final = range(2014, 2026)
ANNEX_YEARS: Final = range(2014, 2019)
"""The years of the annex; those before it have no figures to place."""

DOCUMENTS: Final[Schema] = {
    "raw_path": pl.String(),
    "agency_name": pl.String(),
    "report_year": pl.Int32(),
    "format": pl.String(),
    "variations": pl.String(),
    "size_bytes": pl.Int64(),
    "wrong_table": pl.String(),  # where a figure is one too many; null where all sums hold
    "wrong_row": pl.String(),
    "wrong_column": pl.String(),
}
FIGURES: Final[Schema] = {
    "raw_path": pl.String(),
    **{
        name: CELLS[name]
        for name in ("table_code", "table_set", "row_code", "column_code", "raw_text", "status", "value", "unit")
    },
}

_KEEP_SUMS: Final = frozenset({"number_forms", "money_in_yuan", "totals_only", "parts_only"})
"""Of the ways in which figures stray, those after which the sums still hold."""
_OTHER_FIGURES: Final = frozenset(
    "printed_twice printed_twice_by_section printed_twice_by_set requests_printed_twice unknown_outcome "
    "other_in_other_groups".split()
)
"""Ways to stray that print further figures, of which nobody says that they add up."""

_OTHER_FORM: Final = 0.03
"""The share of reports that use the form of other years."""
_FRAMED: Final = 0.6
_EDITED: Final = 0.8
_OFFICE_BATCH: Final = 40
_AGENCIES_A_JOB: Final = 48


@dataclass(frozen=True, slots=True)
class Corpus:
    """What to write, and where: the reports of so many agencies as it takes, each with all years."""

    folder: Path
    reports: int
    seed: int = 0
    mix: Mapping[str, float] = field(default_factory=lambda: MIX)
    errors: float = 0.02
    straying: float = 0.5

    def formats(self) -> list[str]:
        """The format of each report: the mix as exactly as it goes, in an order that the seed decides."""
        whole = sum(self.mix.values())
        ends, end = [], 0.0
        for share in self.mix.values():
            end += share / whole
            ends.append(round(end * self.reports))
        named = [
            name for name, first, last in zip(self.mix, [0, *ends], ends, strict=False) for _ in range(last - first)
        ]
        random.Random(f"formats {self.seed}").shuffle(named)
        return named


class Job(NamedTuple):
    """Some agencies of a corpus, for one process."""

    corpus: Corpus
    first: int  # the number of the first agency
    agencies: list[tuple[str, str]]
    formats: list[str]
    edition: int
    chosen: frozenset[int] | None  # the numbers of the reports to write; None for all


class _Written(NamedTuple):
    path: str
    draft: Draft
    variations: tuple[str, ...]
    format: str
    wrong: tuple[str, str, str] | None


SUFFIXES: Final = {"html": "html", "docx": "docx", "pdf": "pdf", "doc": "doc", "scan": "tiff"}
_LIKE: Final[Mapping[str, Format]] = {"html": "html", "docx": "docx", "pdf": "html", "doc": "html", "scan": "html"}
"""The format of the corpus in which it must be certain where figures belong."""


def write_corpus(corpus: Corpus, processes: int | None = None) -> Counter[str]:
    """Write all reports; gives the documents of each format.

    Raises:
        ValueError: there are not as many agencies.
    """
    return _write(corpus, 0, None, processes)


def change_corpus(corpus: Corpus, share: float, edition: int = 1, processes: int | None = None) -> Counter[str]:
    """Write a share of the reports anew, of each format alike: one figure of each is then one too many."""
    return _write(corpus, edition, choose(corpus, share, edition), processes)


def choose(corpus: Corpus, share: float, edition: int) -> frozenset[int]:
    """The numbers of a share of the reports, of each format alike."""
    order = list(range(corpus.reports))
    random.Random(f"change {corpus.seed} {edition}").shuffle(order)
    formats = corpus.formats()
    order.sort(key=lambda number: list(corpus.mix).index(formats[number]))
    step = max(1, round(1 / share))
    return frozenset(order[step // 2 :: step])


def _write(corpus: Corpus, edition: int, chosen: frozenset[int] | None, processes: int | None) -> Counter[str]:
    processes = processes or os.cpu_count() or 1
    written: Counter[str] = Counter()
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        for counts in pool.map(write_job, plan_jobs(corpus, edition, chosen, processes)):
            written.update(counts)
    return written


def plan_jobs(corpus: Corpus, edition: int, chosen: frozenset[int] | None, processes: int) -> list[Job]:
    """Cut the corpus into pieces of some agencies each, so that so many processes have work."""
    agencies = agency_names(-(-corpus.reports // len(YEARS)))
    formats = corpus.formats()
    size = max(1, min(_AGENCIES_A_JOB, -(-len(agencies) // processes)))
    jobs = []
    for first in range(0, len(agencies), size):
        start = first * len(YEARS)
        numbers = range(start, min(start + size * len(YEARS), corpus.reports))
        own = None if chosen is None else chosen.intersection(numbers)
        if own is None or own:
            some = agencies[first : first + size]
            jobs.append(Job(corpus, first, some, formats[numbers.start : numbers.stop], edition, own))
    return jobs


def write_job(job: Job) -> Counter[str]:
    """Write the reports of some agencies, and their truth; gives the documents of each format."""
    waiting: dict[str, list[_Written]] = {name: [] for name in SUFFIXES}
    documents: list[tuple[Any, ...]] = []
    figures: list[tuple[Any, ...]] = []
    for one in _drafts(job):
        waiting[one.format].append(one)
        if one.format in _RENDERED_ALONE or len(waiting[one.format]) == _OFFICE_BATCH:
            _settle(job.corpus, waiting[one.format], documents, figures)
    for group in waiting.values():
        _settle(job.corpus, group, documents, figures)
    truth = job.corpus.folder / "truth" / f"edition={job.edition}"
    for name, rows, schema in (("documents", documents, DOCUMENTS), ("figures", figures, FIGURES)):
        (truth / name).mkdir(parents=True, exist_ok=True)
        frame(rows, schema).write_parquet(truth / name / f"{job.first:07}.parquet")
    return Counter(row[3] for row in documents)


def _drafts(job: Job) -> Iterator[_Written]:
    corpus = job.corpus
    for index, (name, code) in enumerate(job.agencies, job.first):
        years = Years(random.Random(f"figures {corpus.seed} {index}"))
        for year in YEARS:
            number = index * len(YEARS) + year - YEARS.start
            at = number - job.first * len(YEARS)
            if at >= len(job.formats):
                break
            own = random.Random(f"report {corpus.seed} {number}")
            years.is_wrong = own.random() < corpus.errors or job.edition > 0
            form, other = ("2019", "2021") if year < 2021 else ("2021", "2019")
            forms = [other if own.random() < _OTHER_FORM else form for _ in range(2)]
            rng = random.Random(f"edition {job.edition} {own.random()}")
            format = job.formats[at]
            draft, variations = _draft(corpus, rng, name, year, forms, years, format)
            if job.chosen is not None and number not in job.chosen:
                continue
            path = f"{code[:2]}/{code}/{name}-{year}.{SUFFIXES[format]}"
            wrong = years.wrong
            yield _Written(path, draft, variations, format, wrong and (wrong.table, wrong.row, wrong.column))


def _draft(
    corpus: Corpus, rng: random.Random, agency: str, year: int, forms: Sequence[str], years: Years, format: str
) -> tuple[Draft, tuple[str, ...]]:
    seed = rng.getrandbits(48)
    if year in ANNEX_YEARS:
        report: MarkedReport = AnnexReport(seed, marker=years)
    else:
        report = MarkedReport(seed, *forms, marker=years)
    report.agency, report.year, report.signed = agency, year, f"{year + 1}年1月{rng.randrange(5, 31)}日"
    draft = Draft.of(report)
    _state(draft)
    names: tuple[str, ...] = ()
    if format != "scan" and rng.random() < corpus.straying:
        ways = _annex_ways(format) if year in ANNEX_YEARS else _ways(format)
        names = _some(rng, ways)
        for way in ways:  # in the order in which they are applied
            if way.name in names:
                way.apply(draft)
    return draft, names


def _state(draft: Draft) -> None:
    """Let the narrative say what the tables print."""

    def count(*places: tuple[str, str, str]) -> int:
        slots = (Slot(table, 1, row, column) for table, row, column in places)
        return int(next((draft.truth[slot].value or 0 for slot in slots if slot in draft.truth), 0))

    received = count(("requests", "received_new", "total"), ("statistics", "applications_received", "value"))
    contested = count(("litigation", "reconsideration", "total"), ("statistics", "reconsiderations", "value"))
    for block in draft.blocks:
        if isinstance(block, Text) and block.kind == "prose":
            if "收到申请" in block.text:
                block.text = f"全年收到政府信息公开申请{received}件，均在规定期限内答复。"
            elif "行政复议" in block.text:
                block.text = f"全年因政府信息公开被申请行政复议{contested}件。"
            elif "statistics" in {slot.table for slot in draft.truth} and "主动公开政府信息" in block.text:
                items = count(("statistics", "disclosed_items", "value"))
                block.text = f"全年主动公开政府信息{items}条，公开内容不断充实。"


@cache
def _ways(format: str) -> tuple[Variation, ...]:
    """Ways to stray after which every figure has a certain place and sums still hold."""
    is_written_here = format in ("html", "docx")
    ways = [
        one
        for one in VARIATIONS.values()
        if _LIKE[format] in one.certain
        and one.name not in _OTHER_FIGURES
        and (STAGES[one.stage] != "values" or one.name in _KEEP_SUMS)
        and (is_written_here or (STAGES[one.stage] in STRAYING and one.name not in CHANGED_BY_OFFICE))
    ]
    return tuple(sorted(ways, key=lambda one: one.stage))


@cache
def _annex_ways(format: str) -> tuple[Straying | Variation, ...]:
    """The same of reports with the annex, which stray in their own ways; they are written as any other."""
    own = [
        one
        for one in ANNEX.values()
        if _LIKE[format] in one.certain and "values" not in one.topics and one.name not in _OTHER_FIGURES
    ]
    written = [one for one in _ways(format) if one.name in HOW_WRITTEN]
    return (*sorted(own, key=lambda one: one.stage), *written)


def _some(rng: random.Random, ways: Sequence[Straying | Variation]) -> tuple[str, ...]:
    """One to four ways, at most one of each topic."""
    names: tuple[str, ...] = ()
    taken: set[str] = set()
    for one in rng.sample(ways, min(len(ways), rng.randrange(1, 5))):
        if not taken & one.topics:
            taken |= one.topics
            names += (one.name,)
    return names


def _page(draft: Draft) -> bytes:
    """The draft as a page: most that do not stray in how they are written stand in the frame of a site."""
    rng = random.Random(draft.report.seed)
    data = write_html(draft)
    is_plain = draft.markup.page == "plain" and not draft.markup.sloppy and draft.encoding.declared == "utf-8"
    if is_plain and not draft.encoding.bom and draft.encoding.codec == "utf-8" and rng.random() < _FRAMED:
        as_written = draft.markup.word or draft.markup.cell_junk or draft.markup.table_wrapper
        return framed(draft, data, rng.getrandbits(32), edited=not as_written and rng.random() < _EDITED)
    return data


_RENDERED_ALONE: Final[Mapping[str, Callable[[Draft], bytes]]] = {
    "html": _page,
    "docx": write_docx,
    "pdf": write_printed,
}


def _render(format: str, drafts: Sequence[Draft]) -> list[bytes]:
    if alone := _RENDERED_ALONE.get(format):
        return [alone(draft) for draft in drafts]
    if format == "scan":
        return write_scans(drafts, *(list(KINDS)[draft.report.seed % len(KINDS)] for draft in drafts))
    return convert([write_html(draft) for draft in drafts], "html", format, infilter="HTML (StarWriter)")


def _settle(
    corpus: Corpus, group: list[_Written], documents: list[tuple[Any, ...]], figures: list[tuple[Any, ...]]
) -> None:
    """Write a group of one format, with the sidecars, and empty it."""
    if not group:
        return
    for one, data in zip(group, _render(group[0].format, [one.draft for one in group]), strict=True):
        target = corpus.folder / "raw" / one.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        target.with_name(f"{target.name}.meta.json").write_text(json.dumps(_sidecar(one)), encoding="utf-8")
        report = one.draft.report
        documents.append(
            (
                *(one.path, report.agency, report.year, one.format, " ".join(one.variations), len(data)),
                *(one.wrong or (None, None, None)),
            )
        )
        figures += (
            (one.path, slot.table, slot.table_set, slot.row, slot.column, mark.raw, mark.status, mark.value, mark.unit)
            for slot, mark in one.draft.truth.items()
        )
    group.clear()


def _sidecar(one: _Written) -> dict[str, str]:
    _, code, name = one.path.split("/")
    return {
        "url": f"http://www.d{code}.gov.cn/zfxxgk/{name}",
        "fetched_at": "2026-04-01T09:30:00+08:00",
        "link_text": one.draft.report.title,
        "source_id": f"d{code}",
    }


def read_mix(text: str) -> dict[str, float]:
    """A mix as the command line gives it, ``html=85,docx=15``.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    try:
        mix = {name: float(share) for name, _, share in (part.partition("=") for part in text.split(","))}
    except ValueError:
        mix = {}
    if not mix or mix.keys() - SUFFIXES.keys() or min(mix.values()) < 0 or not sum(mix.values()):
        raise argparse.ArgumentTypeError(f"{text}: say html=85,docx=15, of {', '.join(SUFFIXES)}")
    return mix


def main(arguments: Iterable[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.corpus", description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--reports", type=int, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--mix", type=read_mix, default=MIX)
    parser.add_argument("--errors", type=float, default=0.02, help="share of reports with one figure too many")
    parser.add_argument("--processes", type=int)
    options = parser.parse_args(None if arguments is None else list(arguments))
    start = time.perf_counter()
    corpus = Corpus(options.folder, options.reports, options.seed, options.mix, options.errors)
    written = write_corpus(corpus, options.processes)
    seconds = time.perf_counter() - start
    each = seconds / written.total() * 1000
    print(f"{written.total():,} reports in {seconds:.1f} s ({each:.1f} ms each):", dict(written))


if __name__ == "__main__":
    main()
