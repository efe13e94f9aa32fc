"""Planted copies: how much of a report stands elsewhere is found, whatever was exchanged in it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipeline.extraction import extract
from pipeline.extraction.copying import fingerprint
from pipeline.readers import read
from pipeline.warehouse import assemble
from pipeline.warehouse.transform import run_dbt
from pipeline.workspace import Workspace
from tests.conftest import SAMPLES
from tests.warehouse.lake import Lake

SOURCE = "镇江市应急管理局"
LETTERS = [chr(code) for code in range(0x5100, 0x5F00)]
SENTENCES = 40
POINTS = 0.05

Planted = tuple[str, int, str]


def written(seed: str, number: int = SENTENCES) -> list[str]:
    """Sentences that nobody else writes."""
    chance = random.Random(seed)
    return ["".join(chance.choices(LETTERS, k=chance.randint(20, 60))) + "。" for _ in range(number)]


ORIGINAL = written("original")
NAMED = [f"2023年，{SOURCE}在镇江市召开会议{index}次，{text}" for index, text in enumerate(ORIGINAL, 2)]


def edited(sentence: str) -> str:
    """A sentence with two letters of its middle exchanged."""
    half = len(sentence) // 2
    return sentence[:half] + "改了" + sentence[half + 2 :]


def exchanged(sentences: list[str], agency: str, place: str) -> list[str]:
    return [one.replace(SOURCE, agency).replace("镇江市", place).replace("2023", "2022") for one in sentences]


def shuffled(sentences: list[str]) -> list[str]:
    return random.Random(7).sample(sentences, len(sentences))


COPIES: dict[str, tuple[list[str], float]] = {
    "十堰市水利局": (exchanged(NAMED, "十堰市水利局", "十堰市"), 1.0),
    "洛阳市水利局": (exchanged(NAMED[:20], "洛阳市水利局", "洛阳市") + written("洛阳", 20), 0.5),
    "宜春市水利局": (shuffled(exchanged(NAMED, "宜春市水利局", "宜春市")), 1.0),
    "济宁市水利局": (shuffled(exchanged(NAMED[:10], "济宁市水利局", "济宁市") + written("济宁", 30)), 0.25),
    "郑州市水利局": (
        [edited(one) for one in exchanged(NAMED[:20], "郑州市水利局", "郑州市")] + written("郑州", 20),
        0.5,
    ),
    "南宁市水利局": (written("南宁"), 0.0),
}
"""Whose report holds how much of the one of `SOURCE`, in sentences."""


def share_of(agency: str, sentences: list[str], planted: set[str]) -> float:
    """The share of characters that are planted."""
    counted = {
        one: sum(found.characters for found in fingerprint([(1, "", one)], agency)) for one in dict.fromkeys(sentences)
    }
    return sum(characters for one, characters in counted.items() if one in planted) / sum(counted.values())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Only what similarity and the facts need is built."""
    lake, folder = Lake(), tmp_path_factory.mktemp("similarity")
    lake.report(SOURCE, 2023, text="\n".join(NAMED), sections=(1,), publish_date=date(2024, 1, 5))
    for agency, (sentences, _) in COPIES.items():
        lake.report(agency, 2023, text="".join(sentences), sections=(5,), publish_date=date(2024, 1, 20))
    before = [one.replace("2023", "2022") for one in NAMED[:20]] + [edited(one) for one in NAMED[20:30]]
    lake.report(SOURCE, 2022, text="".join(before + written("before", 10)), sections=(1,))
    for path in sorted(SAMPLES.glob("*.txt")):  # reports that have nothing to do with each other
        report = extract(read(path.read_bytes()))
        text = "\n".join(body for _, _, body in report.sections)
        lake.report(report.metadata.agency_name, 2023, text=text, sections=(1,))
    first = lake.report("句容市教育局", 2021, text="正文", sections=(1,))
    lake.statement(first, "trainings", 3, unit="次", scope="own")
    lake.statement(first, "received", 12)
    lake.statement(first, "items_website", 12, qualifier="growth", unit="%")
    lake.write(Workspace(folder))
    target = Path(folder) / "gongkai.duckdb"
    assemble(Workspace(folder), target)
    chosen = "+similarity +similarity_passage +narrative_fact"
    run_dbt("build", "--exclude-resource-type", "test", "unit_test", "--select", *chosen.split(), target=target)
    with duckdb.connect(target, read_only=True) as connection:
        yield connection


def rows_of(built: duckdb.DuckDBPyConnection, query: str, *values: object) -> list[dict[str, object]]:
    result = built.execute(query, list(values))
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def found(built: duckdb.DuckDBPyConnection, name: str, compared_with: str, year: int = 2023) -> dict[str, object]:
    rows = rows_of(
        built,
        "SELECT similarity.* FROM marts.similarity JOIN landing.reports USING (document_id) "
        "WHERE agency_name = ? AND similarity.report_year = ? AND compared_with = ?",
        name,
        year,
        compared_with,
    )
    return rows[0] if rows else {}


@pytest.mark.parametrize("agency", COPIES)
def test_planted_copies_are_found_with_their_share(built: duckdb.DuckDBPyConnection, agency: str) -> None:
    sentences, in_sentences = COPIES[agency]
    own = set(written(agency[:2]))
    share = share_of(agency, sentences, {one for one in sentences if one not in own})
    assert share == pytest.approx(in_sentences, abs=0.2)  # by characters, not by sentences
    row = found(built, agency, "others_same_year")
    assert row["copied_share"] == pytest.approx(share, abs=POINTS)
    assert row["sentences"] == SENTENCES
    if share:
        assert row["partner_share"] == pytest.approx(share, abs=POINTS)
    else:
        assert (row["partner_agency_id"], row["partner_characters"]) == (None, 0)


def test_only_light_changes_count_as_edited(built: duckdb.DuckDBPyConnection) -> None:
    rows = {agency: found(built, agency, "others_same_year") for agency in COPIES}
    assert rows["郑州市水利局"]["edited_characters"] == rows["郑州市水利局"]["copied_characters"]
    assert all(row["edited_characters"] == 0 for agency, row in rows.items() if agency != "郑州市水利局")


def test_who_printed_first_is_the_partner(built: duckdb.DuckDBPyConnection) -> None:
    source = found(built, SOURCE, "others_same_year")
    for agency in ("十堰市水利局", "洛阳市水利局", "郑州市水利局"):
        assert found(built, agency, "others_same_year")["partner_agency_id"] == source["agency_id"]


def test_own_report_of_the_year_before(built: duckdb.DuckDBPyConnection) -> None:
    row = found(built, SOURCE, "own_year_before")
    assert row["copied_share"] == pytest.approx(share_of(SOURCE, NAMED, set(NAMED[:30])), abs=POINTS)
    edited_share = row["edited_characters"] / row["characters"]  # type: ignore[operator]
    assert edited_share == pytest.approx(share_of(SOURCE, NAMED, set(NAMED[20:30])), abs=POINTS)
    assert not found(built, SOURCE, "own_year_before", 2022)
    assert not found(built, "南宁市水利局", "own_year_before")


def test_unrelated_reports_have_little_in_common(built: duckdb.DuckDBPyConnection) -> None:
    for path in SAMPLES.glob("*.txt"):
        name = extract(read(path.read_bytes())).metadata.agency_name
        assert name
        row = found(built, name, "others_same_year")
        assert row["characters"] > 200  # type: ignore[operator]
        assert row["copied_share"] < 0.1  # type: ignore[operator]


def test_passages_stand_where_they_say(built: duckdb.DuckDBPyConnection) -> None:
    rows = rows_of(
        built,
        "SELECT p.*, s.body AS body, o.body AS partner_body FROM marts.similarity_passage AS p "
        "JOIN landing.sections AS s ON p.printed_in = s.document_id AND p.section = s.section "
        "JOIN landing.sections AS o ON p.partner_printed_in = o.document_id AND p.partner_section = o.section",
    )
    assert len(rows) == built.execute("SELECT count(*) FROM marts.similarity_passage").fetchall()[0][0] > 5
    for row in rows:
        for whose in ("", "partner_"):
            body, passage, start = (row[f"{whose}{name}"] for name in ("body", "passage", "start"))
            assert str(body).startswith(str(passage), int(str(start)))
            assert 0 < len(str(passage)) <= 200
    whole = found(built, "十堰市水利局", "others_same_year")["agency_id"]
    ((sentences, section, partner_section),) = built.execute(
        "SELECT sentences, section, partner_section FROM marts.similarity_passage WHERE agency_id = ?", [whole]
    ).fetchall()
    assert (sentences, section, partner_section) == (SENTENCES, 5, 1)  # copied as a whole: one passage


def test_facts_of_the_narrative(built: duckdb.DuckDBPyConnection) -> None:
    rows = built.execute("SELECT subject, subject_zh, subject_group, value, unit, scope FROM marts.narrative_fact")
    assert rows.fetchall() == [("trainings", "举办培训", "training", 3, "次", "own")]
