"""No input crashes a run, takes it beyond its limits, leads it out of its folder, or is lost."""

from __future__ import annotations

from itertools import chain

import polars as pl
import pytest

from pipeline.lake.limits import Limits
from pipeline.readers.document import ERROR_CODES
from tests.conftest import needs_libreoffice
from tests.hostile.inputs import bombs, cut, damaged, disguised
from tests.hostile.run import Outcome, run

SECONDS = 900
"""For a busy machine; alone it takes a minute."""

LIBRARY_FAULTS = {"bombs/pdf_forms"}
"""Pdfium follows a form that draws itself until the stack ends."""

pytestmark = needs_libreoffice


@pytest.fixture(scope="module")
def inputs() -> dict[str, bytes]:
    named = ((f"bombs/{name}", data) for name, data in bombs().items())
    return dict(chain(named, disguised(), cut(5), damaged(4, seed=1)))


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory, inputs: dict[str, bytes]) -> Outcome:
    assert len(inputs) >= 200
    return run(tmp_path_factory.mktemp("hostile"), inputs.items())


def test_every_document_is_accounted_for(outcome: Outcome, inputs: dict[str, bytes]) -> None:
    counts = outcome.result
    assert counts["found"] == counts["read"] == counts["extracted"] + counts["not_a_report"] + counts["quarantined"]
    documents = outcome.documents
    assert documents["document_id"].n_unique() == counts["found"]
    assert documents["status"].null_count() == 0
    assert {path.partition("!/")[0] for path in documents["raw_path"]} == set(inputs)


def test_every_reason_is_told(outcome: Outcome) -> None:
    quarantined = outcome.documents.filter(status="quarantined")
    assert set(quarantined["error_code"]) <= set(ERROR_CODES)
    assert quarantined["error_message"].str.len_chars().min() > 20
    crashed = dict(quarantined.filter(error_code="crashed").select("raw_path", "error_message").iter_rows())
    assert crashed.keys() <= LIBRARY_FAULTS, crashed


def test_time_and_memory_stay_within_the_limits(outcome: Outcome) -> None:
    assert outcome.seconds < SECONDS
    assert outcome.own_bytes < 2**29
    assert outcome.child_bytes < Limits().memory_bytes + 2**29  # beside its data a process maps its libraries


def test_nothing_is_touched_outside_the_data_folder(outcome: Outcome) -> None:
    assert outcome.outside == []


def test_nothing_is_fetched_from_outside(outcome: Outcome) -> None:
    """No external entity of a document is in the lake."""
    for name in ("cells", "sections", "evidence"):
        rows = pl.read_parquet(outcome.batches / "*" / f"{name}.parquet")
        texts = rows.select(pl.concat_str(pl.col(pl.String).fill_null(""))).to_series()
        assert not texts.str.contains("root:", literal=True).any()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("zip_bomb", "too_large"),
        ("zip_bomb_nested", "too_large"),
        ("zip_members", "too_large"),
        ("zip_empty", "empty"),
        ("docx_bomb", "too_large"),
        ("docx_laughs", "too_large"),
        ("xlsx_laughs", "too_large"),
        ("xlsx_far_corners", "too_large"),
        ("png_bomb", "too_large"),
        ("doc_encrypted", "encrypted"),
        ("ole_encrypted", "encrypted"),
        ("rtf_binary", "timed_out"),
        ("nothing", "empty"),
    ],
)
def test_what_becomes_of_bombs(outcome: Outcome, name: str, code: str) -> None:
    row = outcome.documents.row(by_predicate=pl.col("raw_path") == f"bombs/{name}", named=True)
    assert (row["status"], row["error_code"]) == ("quarantined", code), row["error_message"]
