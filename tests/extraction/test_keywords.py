"""Words of the narrative: which count, and how often."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.extraction.keywords import TERMS, count_keywords
from pipeline.extraction.keywords import vocabulary as keywords


def count(text: str, section: int = 1, agency: str | None = None) -> dict[str, int]:
    return {term: times for _, term, times in count_keywords([(section, "", text)], agency)}


def test_nouns_and_verbs_are_counted() -> None:
    assert count("围绕营商环境和食品安全，优化营商环境，公开食品安全信息。营商环境。") == {"营商环境": 3, "食品安全": 2}


@pytest.mark.parametrize(
    "text",
    [
        "2023年1月1日至12月31日，收到12件。",
        "《中华人民共和国政府信息公开条例》《山东省政府信息公开办法》",
        "泗水县、济宁市、山东省、金水区",
        "县人民政府办公室、教育局、机关事务服务中心",
        "我们的，了，因此",
        "",
    ],
)
def test_what_is_no_keyword(text: str) -> None:
    assert count(text) == {}


def test_the_agency_s_own_name_is_left_out() -> None:
    text = "青龙山林场管护站公开林场护林信息。"
    assert count(text, agency="青龙山林场管护站").get("林场") == 1
    assert count(text)["林场"] == 2


def test_sections_are_counted_apart_and_tables_are_not() -> None:
    sections = [(1, "", "养老服务。"), (2, "", "养老服务。"), (5, "", "养老服务，养老服务。"), (6, "", "")]
    assert count_keywords(sections) == [(1, "养老服务", 1), (5, "养老服务", 2)]


def test_line_breaks_and_traditional_characters_do_not_matter() -> None:
    assert count("养老\n服务") == count("养老服务") == {"养老服务": 1}


def test_the_most_frequent_terms_are_kept_and_always_the_same_ones() -> None:
    known = sorted(word for word in keywords._keywords() if len(word) == 4)[: TERMS + 50]
    text = "。".join([*known, known[-1]])
    kept = count(text)
    assert len(kept) == TERMS
    assert kept[known[-1]] == 2
    assert kept == count("。".join(reversed(text.split("。"))))


def test_stop_words_say_why() -> None:
    with Path(keywords.__file__).with_name("stop_words.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert all(row["why"] and row["words"] for row in rows)
    words = [word for row in rows for word in row["words"].split()]
    assert len(words) == len(set(words)) > 200


def test_terms_stay_whole() -> None:
    terms = [
        line.split(" ")[0]
        for line in Path(keywords.__file__).with_name("terms.txt").read_text(encoding="utf-8").splitlines()
    ]
    stopped = keywords._stop_words()
    for term in terms:
        assert keywords.cut_keywords(term) == (() if term in stopped else (term,)), term


def test_a_start_is_quiet_and_leaves_no_cache(tmp_path: Path) -> None:
    """jieba's own start writes to stderr and into the shared temporary folder; ours does neither."""
    code = "from pipeline.extraction.keywords import count_keywords; print(count_keywords([(1, '', '营商环境')]))"
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"TMPDIR": str(tmp_path), **_path()},
    )
    assert run.stdout == "[(1, '营商环境', 1)]\n"
    assert run.stderr == ""
    assert list(tmp_path.iterdir()) == []


def _path() -> dict[str, str]:
    return {"PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONIOENCODING": "utf-8"}
