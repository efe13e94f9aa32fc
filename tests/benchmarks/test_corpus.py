"""The generator of large corpora: the same by its seed, its truth is what is printed, its sums hold."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from benchmarks.corpus import YEARS, Corpus, choose, plan_jobs, read_mix, write_job
from pipeline.extraction import extract
from pipeline.readers import read
from tests.corpus.grid import Slot
from tests.corpus.judge import judge
from tests.corpus.report import Mark

MIX = {"html": 80, "docx": 10, "pdf": 10}
REPORTS = 5 * len(YEARS)
SHARE = 0.1


def write(corpus: Corpus, edition: int = 0, chosen: frozenset[int] | None = None, processes: int = 1) -> Counter[str]:
    written: Counter[str] = Counter()
    for job in plan_jobs(corpus, edition, chosen, processes):
        written.update(write_job(job))
    return written


def files(corpus: Corpus) -> dict[str, bytes]:
    raw = corpus.folder / "raw"
    return {str(path.relative_to(raw)): path.read_bytes() for path in raw.rglob("*") if path.is_file()}


def truth(corpus: Corpus, name: str, edition: int = 0) -> pl.DataFrame:
    return pl.read_parquet(corpus.folder / "truth" / f"edition={edition}" / name / "*.parquet").sort(pl.all())


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    corpus = Corpus(tmp_path_factory.mktemp("corpus"), REPORTS, seed=3, mix=MIX, errors=0.1)
    assert write(corpus) == Counter(html=48, docx=6, pdf=6), "the mix is kept exactly"
    return corpus


def test_the_seed_decides_every_byte_however_many_write(corpus: Corpus, tmp_path: Path) -> None:
    again = Corpus(tmp_path, REPORTS, seed=3, mix=MIX, errors=0.1)
    assert len(plan_jobs(again, 0, None, 3)) > 1
    write(again, processes=3)
    assert files(again) == files(corpus)
    for name in ("documents", "figures"):
        assert truth(again, name).equals(truth(corpus, name))


def test_another_seed_gives_other_reports(corpus: Corpus, tmp_path: Path) -> None:
    other = Corpus(tmp_path, len(YEARS), seed=4, mix=MIX)
    write(other)
    same = files(corpus)
    assert not any(same.get(path) == data for path, data in files(other).items() if not path.endswith(".json"))


def test_the_truth_is_what_is_printed(corpus: Corpus) -> None:
    figures = truth(corpus, "figures").partition_by("raw_path", as_dict=True)
    assert len(figures) == REPORTS
    right = 0
    for (path,), rows in figures.items():
        report = extract(read((corpus.folder / "raw" / str(path)).read_bytes()))
        marks = {
            Slot(*row[:4]): Mark(*row[4:])
            for row in rows.select(
                "table_code", "table_set", "row_code", "column_code", "raw_text", "status", "value", "unit"
            ).iter_rows()
        }
        verdict = judge(marks, report.figures)
        assert not verdict.wrong, path
        assert not verdict.flagged, path
        right += verdict.right
    assert right == sum(rows.height for rows in figures.values()) > 8000


def test_sums_hold_and_years_go_on_from_each_other(corpus: Corpus) -> None:
    documents = truth(corpus, "documents")
    wrong = set(documents.filter(pl.col("wrong_row").is_not_null())["raw_path"])
    assert 1 <= len(wrong) <= REPORTS // 4
    strayed = set(documents.filter(pl.col("variations").str.contains("totals_only|parts_only"))["raw_path"])
    requests = truth(corpus, "figures").filter(
        pl.col("table_code") == "requests", pl.col("table_set") == 1, pl.col("column_code") == "total"
    )
    values = {(row[0], row[1]): row[2] or Decimal(0) for row in requests.select("raw_path", "row_code", "value").rows()}
    checked = 0
    for agency, year, path in documents.select("agency_name", "report_year", "raw_path").rows():
        before = documents.filter(agency_name=agency, report_year=year - 1)["raw_path"].to_list()
        if year <= 2019 or {path, *before} & (wrong | strayed):
            continue
        came = values[path, "carried_in"] + values[path, "received_new"]
        assert came == values[path, "outcomes_total"] + values[path, "carried_out"]
        assert values[path, "carried_in"] == values[before[0], "carried_out"]
        checked += 1
    assert checked > 10


def test_a_change_writes_its_share_anew_and_nothing_else(corpus: Corpus, tmp_path: Path) -> None:
    changed = Corpus(tmp_path, REPORTS, seed=3, mix=MIX, errors=0.1)
    write(changed)
    chosen = choose(changed, SHARE, 1)
    assert write(changed, 1, chosen).total() == len(chosen) == REPORTS * SHARE
    before, after = files(corpus), files(changed)
    assert before.keys() == after.keys()
    other = {path for path in before if before[path] != after[path] and not path.endswith(".json")}
    documents = truth(changed, "documents", 1)
    assert other == set(documents["raw_path"])
    assert documents["wrong_row"].null_count() == 0, "each has one figure too many"
    key = ["raw_path", "table_code", "table_set", "row_code", "column_code"]
    both = truth(corpus, "figures").join(truth(changed, "figures", 1), on=key)
    assert both.height > 0


def test_a_mix_of_unknown_formats_is_refused() -> None:
    assert read_mix("html=1,pdf=3") == {"html": 1, "pdf": 3}
    for text in ("html", "wps=3", "html=-1", "html=0", ""):
        with pytest.raises(Exception, match="say html=85"):
            read_mix(text)
