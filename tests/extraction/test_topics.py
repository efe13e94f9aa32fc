"""Topics of the narrative, over sentences labelled by hand and the samples read by eye."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extraction import extract
from pipeline.extraction.topics import Kind, Topic, read_topics
from pipeline.extraction.topics.lexicon import read_rows, scan
from pipeline.readers import read
from tests.extraction.topics import CODES, SAID, confusion, judge

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "data/raw/samples"
MIN_PRECISION = 0.9
MIN_RECALL = 0.9


def topics(text: str, section: int = 5, year: int | None = 2023) -> list[Topic]:
    return read_topics([(section, "", text)], year)


def said(text: str, section: int = 5, year: int | None = 2023) -> set[str]:
    return {f"{topic.kind}:{topic.topic_code}" for topic in topics(text, section, year)}


@pytest.mark.parametrize("name", ["tuned", "held_out", "fresh", "late", "exam", "blind"])
def test_precision_and_recall_on_labelled_sentences(name: str) -> None:
    score = judge(one for one in SAID if one.set == name)
    assert score.right > 50
    assert score.precision >= MIN_PRECISION, score.wrong
    assert score.recall >= MIN_RECALL, score.missed


def test_each_kind_is_precise() -> None:
    for kind in get_args(Kind):
        score = judge(SAID, kind)
        assert score.right > 15
        assert score.precision >= MIN_PRECISION, (kind, score.wrong)


def test_the_confusion_table_of_the_docs_is_that_of_the_sentences() -> None:
    table = confusion()
    assert table in (ROOT / "docs/text.md").read_text(encoding="utf-8"), table


def test_labels_are_of_the_taxonomy_and_the_sentences_are_many() -> None:
    assert len({one.text for one in SAID}) == len(SAID) >= 300
    labels = [label for one in SAID for label in (*one.expected, *one.allowed)]
    assert {label.split(":")[0] for label in labels} == set(get_args(Kind))
    assert {label.split(":")[1] for label in labels} == CODES
    assert sum(not one.expected for one in SAID) > 40, "sentences that admit and promise nothing"


def test_readings_lead_to_the_taxonomy_and_every_topic_can_be_read() -> None:
    readings = read_rows("readings.csv")
    assert {row["topic_code"] for row in readings} == CODES
    words = read_rows("words.csv")
    domains = {row["domain"] for row in words} - {""}
    aspects = {row["aspect"] for row in words} - {""}
    assert {row["domain"] for row in readings} - {"*", "proactive"} <= domains
    assert {row["aspect"] for row in readings} - {""} <= aspects
    assert Counter((row["domain"], row["aspect"]) for row in readings).most_common(1)[0][1] == 1


ADMITTED = {
    # 公开的政务信息较少、信息更新还不够及时规范、政策解读的水平有待提高
    "句容市机关服务中心-2023": {"breadth", "timeliness", "standards", "interpretation_quality"},
    # 政务工作平台建设和主动公开意识还需进一步加强，政务公开工作人员业务水平不高
    "宜春市机关事务管理中心-2023": {"website", "awareness", "skills"},
    # 主动公开的深度还有到进一步拓展，公开渠道有待进一步探索创新
    "泗水县机关事务服务中心-2023": {"depth", "channels"},
    # 内容较为单一，在规范性文件、政策发布和政策解读上内容较少
    "老城区机关事务服务中心-2022": {"breadth", "interpretation_quality"},
    # 深度广度不够；解读稿件质量不够高、形式不够丰富
    "金水区政务服务办公室-2023": {"depth", "breadth", "interpretation_quality", "interpretation_form"},
}
PROMISED = {
    "句容市机关服务中心-2023": {"training", "interpretation_quality", "channels", "supervision", "website"},
    "宜春市机关事务管理中心-2023": {"awareness", "channels", "website", "timeliness", "training", "skills", "staffing"},
    "泗水县机关事务服务中心-2023": {"training", "awareness", "skills", "channels"},
    "老城区机关事务服务中心-2022": {"skills", "timeliness"},
    "金水区政务服务办公室-2023": {"depth", "breadth", "awareness", "interpretation_form", "new_media"},
}
"""What is promised in so many words; the reports promise more, in passing."""


@pytest.mark.parametrize("sample", ADMITTED)
def test_the_samples_admit_what_a_reader_sees(sample: str) -> None:
    report = extract(read((SAMPLES / f"{sample}.txt").read_bytes()))
    found = read_topics(report.sections, report.metadata.report_year)
    assert {topic.topic_code for topic in found if topic.kind == "problem"} == ADMITTED[sample]
    assert {topic.topic_code for topic in found if topic.kind == "promise"} >= PROMISED[sample]
    assert not [topic for topic in found if topic.kind == "solved"]
    assert {topic.section for topic in found} == {5}
    bodies = {section: body for section, _, body in report.sections}
    for topic in found:
        assert topic.sentence in bodies[topic.section]


def test_evidence() -> None:
    text = "2023年，工作有序。\n一是信息更新不够及时；二是解读形式单一。\n下一步，加强培训。"
    found = topics(text)
    assert [(one.number, one.topic_code, one.kind, one.excerpt, one.cue) for one in found] == [
        (1, "timeliness", "problem", "信息更新不够及时", "不够及时"),
        (1, "interpretation_form", "problem", "解读形式单一", "单一"),
        (2, "training", "promise", "加强培训", "加强"),
    ]
    assert found[0].sentence == "一是信息更新不够及时；二是解读形式单一。"


def test_what_is_not_settled_is_a_problem() -> None:
    assert said("人员不足问题仍未得到根本解决。") == {"problem:staffing"}
    assert said("人员不足问题已得到根本解决。") == {"solved:staffing"}


def test_old_documents_are_no_old_problem() -> None:
    assert said("以往的政策文件归档还需加强。") == {"problem:records"}
    assert said("以往的归档问题已解决，归档不及时的现象得到改善。") == {"solved:records"}


def test_examples_of_means_are_not_what_is_promised() -> None:
    assert said("下一步，利用公开栏、微信群等多种载体公开信息。") == {"promise:channels"}
    assert said("下一步，更多采用数据、图解等多种方式解读政策。") == {"promise:interpretation_form"}
    assert said("下一步，充分利用公开栏。") == {"promise:venues"}


def test_what_a_verb_behind_its_object_promises() -> None:
    assert said("改进方向：对网站栏目进行优化。") == {"promise:website"}


def test_parts_of_an_enumeration_are_of_its_first_domain() -> None:
    text = "下一步，按照网站的要求，确保信息及时、准确公开。"
    assert said(text) == {"promise:timeliness", "promise:depth"}


def test_whose_deficiency_it_is() -> None:
    assert said("经办人员对平台操作不熟悉。") == {"problem:skills"}
    assert said("报送的信息时效性不强。") == {"problem:timeliness"}
    assert said("建立信息联络员制度。") == {"promise:institutions"}


def test_a_list_goes_on_after_the_promise_of_an_item() -> None:
    text = "一是信息更新不及时，下一步将加强督查。二是解读形式单一。"
    assert said(text) == {"problem:timeliness", "promise:supervision", "problem:interpretation_form"}


def test_promises_go_on_until_problems_are_named() -> None:
    assert said("（二）改进措施\n加强业务培训。\n拓宽公开渠道。") == {"promise:training", "promise:channels"}
    assert said("（二）改进措施\n加强业务培训。\n（三）存在问题\n公开渠道单一。") == {
        "promise:training",
        "problem:channels",
    }


def test_problems_of_the_year_before_are_solved_until_the_text_turns() -> None:
    heading = "（一）上年度问题整改情况\n针对信息更新不及时，安排专人负责。\n（二）存在的问题\n解读形式单一。"
    assert said(heading) == {"solved:timeliness", "problem:interpretation_form"}
    assert said("2022年公开不及时的问题已整改，但2023年公开渠道仍较单一。") == {"solved:timeliness", "problem:channels"}
    assert said("与2022年相比，公开仍不够及时。") == {"problem:timeliness"}


def test_a_year_is_past_only_beside_the_year_of_the_report() -> None:
    text = "2022年信息更新不及时的问题较为突出。"
    assert said(text, year=2023) == {"solved:timeliness"}
    assert said(text, year=2022) == {"problem:timeliness"}
    assert said(text, year=None) == {"problem:timeliness"}
    assert said("2024年，加强培训，增强实效。", year=2023) >= {"promise:training"}


def test_other_sections_admit_only_what_they_say_to_be_a_problem() -> None:
    text = "针对信息更新不及时的栏目，督促整改。对公开不规范的单位予以通报。"
    assert said(text, section=1) == set()
    assert said("信息更新不及时。", section=1) == set()
    assert said("但仍存在信息更新不及时等问题。", section=1) == {"problem:timeliness"}
    assert said("信息更新不及时。", section=3) == set()


@pytest.mark.parametrize(
    "text",
    [
        "不存在公开不及时的情况。",
        "没有发现公开不规范、更新不及时的问题。",
        "虽然人手不足，全体人员仍圆满完成任务。",
        "会议强调，部分单位公开不及时、解读形式单一。",
        "如果公开不及时，群众就不满意。",
        "存在的主要问题及改进情况",
        "欢迎监督。",
        "一是思想重视，组织有力；二是更新及时，内容完整。",
        "职能调整后，业务较少，没有制发文件。",
        "下一步，加大工作力度。",
        "",
    ],
)  # fmt: skip
def test_what_admits_nothing(text: str) -> None:
    assert said(text) == set()


def test_traditional_and_wide_writing_is_read_alike() -> None:
    plain = "一是信息更新不够及时,二是公开渠道单一。"
    assert said(plain) == {"problem:timeliness", "problem:channels"}
    assert said(plain.replace(",", "，").replace("一是", "一 是")) == said(plain)


def test_the_longest_word_counts() -> None:
    assert [token.text for token in scan("政府网站栏目更新不及时")] == ["政府网站", "栏目", "更新", "不及时"]
    assert [token.text for token in scan("少数人员能力差")] == ["少数", "人员", "能力", "差"]
    assert [(token.text, token.end) for token in scan("存在问题")] == [("存在", 2), ("问题", 4)]
    assert "差" not in [token.text for token in scan("存在差别")]


@settings(max_examples=60)
@given(st.text(alphabet="一二是（）1.、，；：。不够及时公开信息解读下步将加强问题存在但2022年\n", max_size=80))
def test_any_text_is_read_and_its_evidence_stands_in_it(text: str) -> None:
    for topic in topics(text):
        assert topic.topic_code in CODES
        assert topic.sentence in text
        assert topic.cue in topic.excerpt


def test_a_text_without_end_is_read_in_time() -> None:
    """Neither a sentence without a full stop nor one of marks alone takes more than its share."""
    assert topics("公开不及时，" * 100_000) == []
    assert topics("一是" * 900) == []


def test_headings_of_the_csv_are_codes() -> None:
    with (ROOT / "dbt_project/seeds/topic_codes.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert all(re.fullmatch("[a-z_]+", row[name]) for row in rows for name in ("topic_code", "family_code"))
    families = {(row["family_code"], row["family"], row["family_zh"]) for row in rows}
    assert len(families) == len({code for code, _, _ in families}) == 7
