"""What a label of the annex of 2014 to 2018 means: its wordings repeat, so that one may have several meanings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import extract

from pipeline.forms.labels import BRACKETED, NOT_WORDING, NUMBERING, compact
from pipeline.forms.registry import STATISTICS_PARENTS, STATISTICS_ROWS, read_table
from pipeline.forms.text import fold

Kind = Literal["indicator", "heading", "label", "unit", "value", "ordinal"]


class Meaning(NamedTuple):
    """What a text of the annex is.

    ``codes``: of an ``indicator`` those that it may be; of a ``heading`` the first indicator under it. ``unit``: the
    one that the label prints. The other kinds are what stands over a column.
    """

    kind: Kind
    codes: tuple[str, ...]
    unit: str | None = None


_LED: Final = re.compile(r"^其中[:：,，、]?")
_MEASURE: Final = "人次|次|(?<![文稿事案])件|条|篇|个|期|人"
_COUNT: Final = re.compile(rf"总?(?:{_MEASURE})?(?:总数|数量|数)$")
_UNITS: Final = "人次|万元|亿元|元|条|件|次|篇|个|人|项|份|宗|起|家"
_UNIT: Final = re.compile(rf"\(?(?:计量)?(?:单位)?[:：]?({_UNITS})\)?")
_UNIT_IN_LABEL: Final = re.compile(rf"[(\[](?:单位:?)?({_UNITS})[)\]]|[,，、;:]?(?:计量)?单位:?({_UNITS})$")
_YEAR: Final = re.compile(r"(?:20\d\d年?度?|本年度?|全年)(?:统计)?(?:数据|数量|数值|合计|数)?")
_CUT: Final = re.compile(r"[(\[【〔][^)\]】〕]*$")
_PIECE: Final = re.compile(r"(?<=.)(?=[(][一二三四五六七八九][)]|[1-8][.、])|\n")
_TELLING: Final = frozenset("不未无非没已拟应部主专兼报告博信上下本前后总有无分收退减免增赔")
"""Characters that turn a label into another one: never taken for a misprint."""
_SHORTEST: Final = 6
_SHORTEST_PIECE: Final = 3
_LONGEST: Final = 120


def _stem(text: str) -> str:
    """The wording that is left of a label: neither numbering, remarks, 其中 nor what says that it counts."""
    before = None
    while before != text:
        before = text
        text = _LED.sub("", NUMBERING.sub("", text))
    text = NOT_WORDING.sub("", _CUT.sub("", BRACKETED.sub("", text))).replace("的", "").replace("其它", "其他")
    return _COUNT.sub("", text) or text


def _wordings() -> Iterable[tuple[str, Kind, str]]:
    for row in read_table("statistics_2014.csv"):
        yield row["label"], "indicator", row["row_code"]
    kinds: dict[str, Kind] = {
        "indicator": "indicator",
        "heading": "heading",
        "header.label": "label",
        "header.unit": "unit",
        "header.value": "value",
        "header.ordinal": "ordinal",
    }
    for row in read_table("statistics_variants.csv"):
        yield row["label"], kinds[row["kind"]], row["code"]


def _index() -> dict[str, tuple[Kind, tuple[str, ...]]]:
    index: dict[str, tuple[Kind, dict[str, None]]] = {}
    for text, kind, code in _wordings():
        known, codes = index.setdefault(_stem(compact(text)), (kind, {}))
        assert known == kind, text
        codes[code] = None
    return {
        stem: (kind, tuple(sorted(codes, key=STATISTICS_ROWS.index) if kind == "indicator" else codes))
        for stem, (kind, codes) in index.items()
    }


_MEANINGS: Final = _index()

_LED_PARENTS: Final = {
    STATISTICS_PARENTS[row["row_code"]] for row in read_table("statistics_2014.csv") if _LED.match(row["label"])
}
LED_ROWS: Final = frozenset(
    code
    for code, parent in STATISTICS_PARENTS.items()
    if parent in _LED_PARENTS and list(STATISTICS_PARENTS.values()).count(parent) > 1
)
"""The indicators that are listed under 其中 and do not name what they are part of (涉及国家秘密)."""


def read_unit(text: str) -> str | None:
    """The unit, as printed, if a text is nothing else: 件, （单位：件）."""
    plain = compact(text)
    match = _UNIT.fullmatch(plain) if len(plain) < 10 else None
    return _as_printed(text, match, 1) if match else None


def _as_printed(text: str, match: re.Match[str], group: int) -> str:
    """What was matched in a text's compact form, with its traditional characters: each stands for one."""
    return fold("".join(text.split()))[match.start(group) : match.end(group)]


def unit_in(text: str) -> str | None:
    """The unit, as printed, that a label has in brackets or at its end: 当面申请数（单位：件）."""
    match = _UNIT_IN_LABEL.search(compact(text))
    return _as_printed(text, match, 1 if match[1] else 2) if match else None


@lru_cache(maxsize=65536)
def read_indicator(text: str) -> Meaning | None:
    """What a text of the annex means; None if it is of none.

    Known wordings first, whatever their numbering, remarks and 其中; then a heading with a label under it in one cell;
    then the wording that is a misprint of one character away, if no other meaning is anywhere near.
    """
    plain = compact(text)
    if not plain or len(plain) > _LONGEST or plain.isdigit():
        return None
    if _YEAR.fullmatch(plain):
        return Meaning("value", ("value",))
    unit = _UNIT_IN_LABEL.search(plain)
    printed = unit_in(text)
    if unit and unit[2]:
        plain = plain[: unit.start()]
    stem = _stem(plain)
    found = _MEANINGS.get(stem) or _under_heading(text) or _behind_heading(stem) or _nearest(stem)
    return Meaning(*found, printed) if found else None


def is_part_of_indicator(text: str) -> bool:
    """Whether a text is the label of an indicator, or a piece of one that is broken."""
    stem = _stem(compact(text)).removesuffix("总")  # of 总数, which stems do without
    return len(stem) >= _SHORTEST_PIECE and any(stem in known for known in _INDICATORS)


def _under_heading(text: str) -> tuple[Kind, tuple[str, ...]] | None:
    """The label in a cell that begins with its heading: 一、主动公开情况 （一）主动公开政府信息数."""
    pieces = [piece for line in text.split("\n") for piece in _PIECE.split(compact(line)) if piece]
    if len(pieces) < 2:
        return None
    *above, last = (_MEANINGS.get(_stem(piece)) for piece in pieces)
    return last if last and all(found and found[0] == "heading" for found in above) else None


_INDICATORS: Final = tuple(stem for stem, (kind, _) in _MEANINGS.items() if kind == "indicator")
_HEADINGS: Final = tuple(stem for stem, (kind, _) in _MEANINGS.items() if kind == "heading")


def _behind_heading(stem: str) -> tuple[Kind, tuple[str, ...]] | None:
    """The same where nothing parts the two."""
    for heading in _HEADINGS:
        if stem.startswith(heading) and stem != heading:
            rest = stem[len(heading) :]
            if found := _MEANINGS.get(rest) or _behind_heading(rest):
                return found
    return None


def _nearest(stem: str) -> tuple[Kind, tuple[str, ...]] | None:
    if not _SHORTEST <= len(stem) <= _LONGEST:
        return None
    near = extract(stem, _MEANINGS.keys(), scorer=Levenshtein.distance, score_cutoff=2, limit=None)
    if not near or near[0][1] != 1 or len({_MEANINGS[known] for known, _, _ in near}) > 1:
        return None
    known = near[0][0]
    edits = Levenshtein.editops(known, stem)
    if any(edit.src_pos == 0 for edit in edits):
        return None  # it may be the end of a longer label
    changed = {
        character
        for edit in edits
        for character in (known[edit.src_pos : edit.src_pos + 1], stem[edit.dest_pos : edit.dest_pos + 1])
    }
    return None if changed & _TELLING else _MEANINGS[known]
