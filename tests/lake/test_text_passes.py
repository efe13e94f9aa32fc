"""The passes that read topics and words: what they give is what the lake takes."""

from __future__ import annotations

from pipeline.extraction import Section
from pipeline.lake.passes import PASSES, Narrative
from pipeline.lake.schemas import KEYWORDS, TOPICS, frame

NARRATIVE = Narrative(
    "ab",
    [Section(1, "一、总体情况", "优化营商环境。"), Section(5, "五、问题", "公开不够及时、渠道单一。下一步加强培训。")],
    2023,
    None,
)


def test_topics_are_rows_of_their_schema() -> None:
    rows = frame(PASSES["topics"].rows(NARRATIVE), TOPICS)
    assert rows.select("document_id", "position", "section", "sentence_number", "topic_code", "kind").rows() == [
        ("ab", 0, 5, 0, "timeliness", "problem"),
        ("ab", 1, 5, 0, "channels", "problem"),
        ("ab", 2, 5, 1, "training", "promise"),
    ]
    assert rows.null_count().row(0) == (0,) * len(TOPICS)


def test_words_are_rows_of_their_schema() -> None:
    rows = frame(PASSES["keywords"].rows(NARRATIVE), KEYWORDS)
    assert ("ab", 1, "营商环境", 1) in rows.rows()
    assert ("ab", 5, "培训", 1) in rows.rows()


def test_versions_are_numbers() -> None:
    assert PASSES["topics"].version() >= 1
    assert PASSES["keywords"].version() >= 1
