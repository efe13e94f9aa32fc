"""Two reports held against each other: the words, what was copied, and the data that views go by."""

from __future__ import annotations

import csv
import itertools
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.agencies.divisions import PROVINCE, divisions
from pipeline.explorer.comparing.copies import MOST_BITS_APART, Narrative, copied
from pipeline.explorer.comparing.words import Piece, difference, share_kept
from pipeline.explorer.language import LANGUAGES, words
from pipeline.explorer.metrics import metrics
from pipeline.explorer.pages.places import SMALL_DENOMINATOR, SMALLEST_GROUP, squares
from pipeline.explorer.paging import Pages, page_number

DBT = Path(__file__).parents[2] / "dbt_project"


def sides(pieces: list[Piece]) -> tuple[str, str]:
    return (
        "".join(text for kind, text in pieces if kind != "inserted"),
        "".join(text for kind, text in pieces if kind != "deleted"),
    )


class TestWords:
    def test_words_are_marked_whole_and_the_rest_stays(self) -> None:
        left = "2022年，我局共收到申请12件，办结10件。\n下一步加强培训。"
        right = "2023年，我局共收到申请15件，办结10件。\n下一步加强培训，提高水平。"
        assert difference(left, right) == [
            ("deleted", "2022"),
            ("inserted", "2023"),
            ("same", "年，我局共收到申请"),
            ("deleted", "12"),
            ("inserted", "15"),
            ("same", "件，办结10件。\n下一步加强培训"),
            ("inserted", "，提高水平"),
            ("same", "。"),
        ]

    def test_a_sentence_worded_anew_is_not_cut_up_at_its_commas(self) -> None:
        pieces = difference("甲县：完善制度，健全机制，落实责任。", "甲县：开展培训，组织宣传，公布电话。")
        assert [kind for kind, _ in pieces] == ["same", "deleted", "inserted", "same"]

    def test_nothing_on_one_side_and_the_same_on_both(self) -> None:
        assert difference("", "新增一段。") == [("inserted", "新增一段。")]
        assert difference("删去一段。", "") == [("deleted", "删去一段。")]
        assert difference("原样。\n", "原样。\n") == [("same", "原样。\n")]
        assert difference("", "") == []

    @settings(max_examples=150, deadline=None)
    @given(st.lists(st.sampled_from([*"公开 申请 12 。 ， \n <b> 依法 ；".split(" "), " "]), max_size=30), st.data())
    def test_both_texts_come_back_whole_and_neighbours_differ(self, parts: list[str], data: st.DataObject) -> None:
        left = "".join(parts)
        right = "".join(data.draw(st.permutations(parts))[: data.draw(st.integers(0, 30))])
        pieces = difference(left, right)
        assert sides(pieces) == (left, right)
        assert all(piece.text for piece in pieces)
        kinds = [piece.kind for piece in pieces]
        assert all(one != other for one, other in itertools.pairwise(kinds))
        assert ("inserted", "deleted") not in list(itertools.pairwise(kinds))

    def test_long_texts_without_anything_in_common_are_not_held_word_by_word(self) -> None:
        left, right = "甲，" * 4001, "乙，" * 4001
        assert [kind for kind, _ in difference(left, right)] == ["deleted", "inserted"]

    def test_the_share_that_stayed_counts_letters_not_signs(self) -> None:
        assert (
            share_kept([Piece("same", "一二三，。"), Piece("deleted", "四；"), Piece("inserted", "五六七八")]) == 0.75
        )
        assert share_kept([Piece("inserted", "五")]) is None


FIRST = "本年度围绕重点领域梳理目录并逐条核对发布时限，由专人每周巡查栏目更新情况。"
SECOND = "对群众来电反映的查询不便问题，技术人员重新编排了导航并补上检索说明文字。"
THIRD = "各科室轮流值守窗口，把纸质资料装订成册放在大厅供来访人员自行翻阅复印。"
OTHER = "秋季举办摄影展览，邀请退休干部讲述老街巷变迁，并把照片捐给档案馆收藏。"


class TestCopies:
    def test_what_only_exchanges_place_and_year_is_the_same(self) -> None:
        left = Narrative("泗水县水利局", {1: f"2022年，泗水县水利局开展工作。{FIRST}{SECOND}", 5: THIRD})
        right = Narrative("句容市水利局", {1: f"{OTHER}{FIRST}{SECOND}", 5: OTHER})
        found = copied(left, right)
        assert [(one.left_section, one.left_text, one.right_text, one.sentences) for one in found.passages] == [
            (1, (FIRST + SECOND)[:-1], (FIRST + SECOND)[:-1], 2)
        ]
        assert not found.passages[0].is_edited
        assert 0 < found.characters < found.left_characters
        assert found.left_share == found.characters / found.left_characters

    def test_a_word_exchanged_is_much_the_same_and_another_text_is_not(self) -> None:
        edited = FIRST.replace("每周", "每月")
        found = copied(Narrative(None, {1: FIRST + THIRD}), Narrative(None, {1: edited + OTHER}))
        assert [(one.left_text, one.right_text, one.is_edited) for one in found.passages] == [
            (FIRST[:-1], edited[:-1], True)
        ]

    def test_without_text_there_is_no_share(self) -> None:
        found = copied(Narrative(None, {1: "无。"}), Narrative(None, {}))
        assert found.passages == ()
        assert found.left_share is None


class TestData:
    def test_numbers_of_the_marts_are_those_of_the_views(self) -> None:
        project = yaml.safe_load((DBT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
        assert project["most_bits_apart"] == MOST_BITS_APART
        assert project["small_denominator"] == SMALL_DENOMINATOR
        assert project["smallest_group"] == SMALLEST_GROUP

    def test_metrics_are_columns_of_the_mart_with_its_own_words_and_fractions(self) -> None:
        described = yaml.safe_load((DBT / "models" / "marts" / "agency_year.yml").read_text(encoding="utf-8"))
        columns = {column["name"]: column for column in described["models"][0]["columns"]}
        of_mart = [metric for metric in metrics().values() if metric.source == "years"]
        assert len(of_mart) > 35
        for metric in of_mart:
            column = columns[metric.code]
            chinese, english = column["description"].split(" | ")[:2]
            assert chinese.startswith(words("zh")(f"metric.{metric.code}")), metric
            assert english.startswith(words("en")(f"metric.{metric.code}")), metric
            meta = column.get("config", {}).get("meta", {})
            assert (metric.together == "rate") == (meta.get("denominator") in columns), metric
            if metric.together == "rate":
                printed = f"{metric.factor} * {metric.numerator}" if metric.factor != 1 else metric.numerator
                assert (meta["numerator"], meta["denominator"]) == (printed, metric.denominator)
                assert metric.small in column["description"]
            else:
                assert (metric.numerator, metric.denominator, metric.small) == (metric.code, metric.code, "never")
        for language in LANGUAGES:
            assert all(words(language)(f"topic.{metric.topic}") for metric in metrics().values())

    def test_each_province_has_a_square_of_its_own(self) -> None:
        standing = {one.name for one in divisions().values() if one.level == PROVINCE and one.valid_to is None}
        assert {square.province for square in squares()} == standing
        assert len(squares()) == len({(square.column, square.row) for square in squares()}) == 34
        assert {square.province for square in squares() if not square.reports} == {
            "台湾省",
            "香港特别行政区",
            "澳门特别行政区",
        }

    @pytest.mark.parametrize(
        ("said", "lines", "pages"),
        [
            (None, 0, Pages(1, 1, 0)),
            ("2", 51, Pages(2, 2, 51)),
            ("9", 50, Pages(1, 1, 50)),
            ("-1", 200, Pages(1, 4, 200)),
            ("x", 200, Pages(1, 4, 200)),
            ("0", 200, Pages(1, 4, 200)),
            ("٣", 200, Pages(1, 4, 200)),
            ("9" * 99, 200, Pages(1, 4, 200)),
        ],
    )
    def test_a_page_that_is_not_there_is_the_nearest(self, said: str | None, lines: int, pages: Pages) -> None:
        assert page_number(said, lines, 50) == pages

    def test_texts_have_the_same_blanks_in_both_languages(self) -> None:
        texts = Path(__file__).parents[2] / "pipeline" / "explorer" / "texts"
        for name in ("compare", "rankings", "findings", "metrics"):
            with (texts / f"{name}.csv").open(encoding="utf-8", newline="") as file:
                for line in csv.DictReader(file):
                    blanks = [sorted(part.split("}")[0] for part in line[lang].split("{")[1:]) for lang in LANGUAGES]
                    assert blanks[0] == blanks[1], line["key"]
