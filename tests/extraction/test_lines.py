"""Lines: folding keeps every character in its place, so that what is found can be cut out as printed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.extraction.lines import Lines, fold_for_matching
from pipeline.forms.text import simplify
from pipeline.readers.document import Document
from tests.extraction.pages import blocks


@given(st.text())
def test_folding_keeps_the_length(text: str) -> None:
    assert len(fold_for_matching(text)) == len(text)


def test_every_traditional_character_becomes_one() -> None:
    characters = "".join(chr(code) for code in range(0x4E00, 0xA000))
    assert len(simplify(characters)) == len(characters)


def test_folding_changes_what_it_should() -> None:
    for code in range(0x110000):
        folded = str(code - 0xFF10) if 0xFF10 <= code <= 0xFF19 else simplify(chr(code))
        assert fold_for_matching(chr(code)) == folded


def test_lines_are_found_in_excerpts() -> None:
    lines = Lines(Document(blocks("公 开一", "二", "公开三 公开", "公開四"), "text/plain"))
    assert lines.containing(["公开"]) == [0, 2, 3]
    assert lines.containing(["公开", "二"], lines.excerpt(0, 1, 3)) == [1, 2]
    assert lines.containing(["公开"], lines.excerpt(1, 3, 4)) == [0, 3]
    assert lines.containing(["公开"], lines.excerpt(0, 4, 4)) == []


def test_words_are_not_found_across_lines() -> None:
    lines = Lines(Document(blocks("公", "开", "信息公", "开"), "text/plain"))
    assert lines.containing(["公开"]) == []
    assert lines.containing(["公开"], lines.excerpt(1, 3, 4)) == []


def test_marks_of_an_export_are_taken_out_of_their_lines() -> None:
    texts = ("[bookmark: _GoBack] 一", "二[bookmark: a", "b]三")
    lines = Lines(Document(blocks(*texts), "text/plain"))
    assert lines.printed == ["一", *texts[1:]]
    assert lines.compact == ["一", "二[bookmark:a", "b]三"]


def test_places_in_the_printed_text() -> None:
    lines = Lines(Document(blocks("一、 总体 情况 2022年"), "text/plain"))
    assert lines.printed[0][: lines.printed_end(0, 6)] == "一、 总体 情况"
