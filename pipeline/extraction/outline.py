"""Where the report stands in a document: its six sections, its sign-off, its end."""

from __future__ import annotations

import csv
import re
from bisect import bisect_right
from collections.abc import Collection
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

from pipeline.agencies.words import ends_as_name
from pipeline.extraction.dates import DATE, PrintedDate, read_date
from pipeline.extraction.lines import Excerpt, Lines, fold_for_matching
from pipeline.readers.document import Document

_HERE: Final = Path(__file__).parent
_ANCHORS: Final = ("情况", "概", "事项", "改进", "措施", "问题", "诉讼")
_ENDINGS: Final = ("申请", "信息")
_DIGITS: Final = "一二三四五六七八九十"
_HAN_NUMBERS: Final = f"第{_DIGITS}"
_SECTIONS: Final = 6
_NUMBER: Final = re.compile(
    rf"(?P<han>第?[{_DIGITS}](?:部分)?[、.．,，:：;；是]{{0,2}})"
    rf"|(?P<bracket>[（(][{_DIGITS}][)）][、.．]?)"
    r"|(?P<arabic>\d{1,2}[、.．)）]|[ⅠⅡⅢⅣⅤⅥ][、.．]?)"
)
_CLOSE: Final = re.compile(rf"[。.：:；;，,、]?(?:[（(](?![{_DIGITS}\d])[^（）()]{{0,30}}[)）])?(?:如下)?[。：:]?")
_CONTENTS_ENTRY: Final = re.compile(r"[.．…·\-—_]*\d{1,3}")
_LONGEST_BARE: Final = 50
_LONGEST_USUAL: Final = 30
_LONGEST_NAME: Final = 40
_LONGEST_PAGE_END: Final = 80
_NAME: Final = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff（）()·]{2,}")
_PREFACE_IN_TEXT: Final = 3
_SEAL: Final = re.compile("[（(](?:盖章|公章|章|印章|签章)[)）]")
_STOP: Final = re.compile("[，。；]")
_ATTACHMENT: Final = "附件"
_AFTER_ATTACHMENTS: Final = 6


class Heading(NamedTuple):
    """A line that reads as a section's heading.

    ``style`` is that of its ``number``: han (一、), bracket (（一）), arabic (1.), none; ``length`` counts
    the heading's characters in `Lines.compact`; ``merged`` tells whether the section's text follows it.
    """

    line: int
    section: int
    style: str
    number: int | None
    length: int
    merged: bool


class SignOff(NamedTuple):
    """The report's end: the agency, where it is printed, and the date, on one line or on two."""

    agency: str | None
    agency_line: int
    date: PrintedDate
    date_line: int


class Outline(NamedTuple):
    """Where the report stands in the document's lines.

    ``body`` is where its first section begins (or, where none was found, its first table), ``last`` where its
    last section does, ``end`` the line after its text: there the sign-off begins, if there is one. ``page`` are
    the lines before and after the report's text, ``edges`` those before it with its first few (prefaces), and
    its last section.
    """

    lines: Lines
    headings: list[Heading]
    body: int
    last: int
    end: int
    sign_off: SignOff | None
    page: Excerpt
    edges: Excerpt


def read_outline(document: Document, annex: Collection[int] = ()) -> Outline:
    """Find the headings of the six sections, the sign-off and the end of the report's text.

    ``annex`` are the document's tables of the annex, whose rows and headings are named as sections are.
    """
    lines = Lines(document, annex)
    headings = _headings(lines)
    if headings:
        body, last = headings[0].line, headings[-1].line
        first = last + (not headings[-1].merged)
    elif lines.table_lines:
        body, last = lines.table_lines[0], lines.table_lines[-1]
        first = last
    else:
        body, last, first = len(lines), 0, len(lines)
    stop = lines.annex.start if annex and first <= lines.annex.start else len(lines)
    end = next((line for line in range(first, stop) if _ends_report(lines.folded[line])), stop)
    sign_off = _sign_off(lines, first, end)
    if sign_off is None and end < len(lines) and _ATTACHMENT in lines.folded[end]:
        sign_off = _sign_off(lines, end, min(end + _AFTER_ATTACHMENTS, len(lines)))
    if sign_off:
        end = min(end, sign_off.agency_line)
    page = lines.excerpt(body, max(body, end), len(lines))
    preface = min(body + _PREFACE_IN_TEXT, len(lines))
    edges = lines.excerpt(preface, max(preface, last), max(preface, last, end))
    return Outline(lines, headings, body, last, end, sign_off, page, edges)


def _headings(lines: Lines) -> list[Heading]:
    """Find the headings: numbered 一、 to 六、 in most reports, so these are tried alone first."""
    numbered = [line for line, text in enumerate(lines.folded) if text and text[0] in _HAN_NUMBERS]
    candidates = _candidates(lines, numbered)
    headings = candidates if _are_all(candidates, lines) else _best_chain(candidates, lines)
    if len(headings) == _SECTIONS:
        return headings
    likely = {line for line, text in enumerate(lines.folded) if text.endswith(_ENDINGS)}
    return _best_chain(_candidates(lines, sorted(likely.union(lines.containing(_ANCHORS)))), lines)


def _are_all(candidates: list[Heading], lines: Lines) -> bool:
    """Tell whether headings are those of all sections with nothing to choose, as in most reports."""
    return (
        [heading.section for heading in candidates] == [1, 2, 3, 4, 5, 6]
        and {heading.style for heading in candidates} == {"han"}
        and any(_has_content(heading, following.line, lines) for heading, following in pairwise(candidates))
    )


def _candidates(lines: Lines, numbers: list[int]) -> list[Heading]:
    return [
        heading
        for line in numbers
        if line not in lines.annex and (heading := _heading(line, lines.folded[line], lines.printed[line]))
    ]


def _heading(line: int, text: str, printed: str) -> Heading | None:
    wording = _usual_wording(text) if len(text) <= _LONGEST_USUAL else _wording(text)
    if wording is None:
        return None
    section, style, number, end, merged, led = wording
    if merged and led and not printed.startswith(" ", _printed_length(printed, end)):
        return None
    return Heading(line, section, style, number, end, merged)


def _wording(text: str) -> tuple[int, str, int | None, int, bool, bool] | None:
    """Read a line as a heading: what `Heading` tells of it, and whether other words lead to its own."""
    number = _NUMBER.match(text)
    if number is None and len(text) > _LONGEST_BARE:
        return None
    style = number.lastgroup or "" if number else "none"
    words = _heading_words().match(text, number.end() if number else 0)
    if words is None:
        return None
    group = words.lastgroup or ""
    if style == "none" and not group.endswith("alone"):
        return None
    close = _CLOSE.match(text, words.end())
    end = close.end() if close else words.end()
    merged = end < len(text)
    if merged and (style == "none" or "是" in text[: words.start()] or _CONTENTS_ENTRY.fullmatch(text, words.end())):
        return None
    return int(group[1]), style, _value(number) if number else None, end, merged, bool(words["lead"])


_usual_wording: Final = lru_cache(maxsize=512)(_wording)  # the wordings are mandated: the same in most reports


def _printed_length(printed: str, length: int) -> int:
    """Count the characters of ``printed`` up to its ``length``-th that is no space."""
    position = len(printed) - len(printed.lstrip())
    while length:
        length -= printed[position] != " "
        position += 1
    return position


def _best_chain(candidates: list[Heading], lines: Lines) -> list[Heading]:
    """Choose headings in the order of the sections, numbered in one style, with text between them.

    A table of contents reads as the headings do, but neither text nor table follows its entries; sub-headings
    (（一）主动公开情况) are numbered in a style of their own. A heading in another style or without a number
    is taken where nothing better is there, the former only if its number is the section's.
    """
    best: tuple[int, list[Heading]] = (0, [])
    for style in dict.fromkeys(heading.style for heading in candidates):
        chain = _chain(candidates, style, lines)
        best = max(best, chain, key=lambda entry: entry[0])
    return best[1]


def _chain(candidates: list[Heading], style: str, lines: Lines) -> tuple[int, list[Heading]]:
    """Choose the best headings of one style; worth 0 where they are no more than a table of contents."""
    allowed = [
        heading
        for heading in candidates
        if heading.style in (style, "none") or (heading.number == heading.section and not heading.merged)
    ]
    followings = [*(heading.line for heading in allowed[1:]), len(lines)]
    with_content: set[int] = set()
    scores = [0] * (_SECTIONS + 1)  # by section: the best chain that ends in it
    chains: list[list[Heading]] = [[]] * (_SECTIONS + 1)
    for heading, following in zip(allowed, followings, strict=False):
        worth = (10 if style == "han" else 8) if heading.style == style else 5
        worth += heading.number == heading.section
        if _has_content(heading, following, lines):
            with_content.add(heading.line)
            worth += 3
        before = scores[: heading.section]
        worth += max(before)
        # of equals the later: what stands first is the contents
        if worth >= scores[heading.section]:
            scores[heading.section] = worth
            chains[heading.section] = [*chains[before.index(max(before))], heading]
    score = max(scores)
    chain = chains[scores.index(score)]
    if len(chain) > 1:
        return (score, chain) if any(heading.line in with_content for heading in chain[:-1]) else (0, [])
    return (score, chain) if chain and chain[0].style == "han" else (0, [])


def _has_content(heading: Heading, following: int, lines: Lines) -> bool:
    if heading.merged or following > heading.line + 1:
        return True
    table = bisect_right(lines.table_lines, heading.line)
    return table < len(lines.table_lines) and lines.table_lines[table] <= following


def section_end(outline: Outline, position: int) -> int:
    """Give the line after the text of the section whose heading stands at a position in the outline.

    It ends before the next heading, also where that is typed twice or its number stands on a line of its own,
    and before a heading of the same numbering that is none of the six (四、收费情况 between 三 and 五).
    """
    lines, heading = outline.lines.folded, outline.headings[position]
    following = outline.headings[position + 1] if position + 1 < len(outline.headings) else None
    end = following.line if following else outline.end
    next_number = heading.number + 1 if heading.style == "han" and heading.number else 0
    if 0 < next_number <= len(_DIGITS) and not (following and following.number == next_number):
        begins = f"{_DIGITS[next_number - 1]}、"
        others = (line for line in range(heading.line + 1, end) if lines[line].startswith(begins))
        end = next((line for line in others if _is_bare(lines[line])), end)
    while (
        following
        and end > heading.line + 1
        and (lines[end - 1] == lines[following.line] or _NUMBER.fullmatch(lines[end - 1]))
    ):
        end -= 1
    return end


def _is_bare(text: str) -> bool:
    return len(text) <= _LONGEST_NAME and not _STOP.search(text)


def _value(number: re.Match[str]) -> int | None:
    """Read a heading's number."""
    for character in number[0]:
        if character in _DIGITS:
            return _DIGITS.index(character) + 1
        if character in "ⅠⅡⅢⅣⅤⅥ":
            return "ⅠⅡⅢⅣⅤⅥ".index(character) + 1
    digits = number[0].rstrip("、.．)）")
    return int(digits) if digits.isdecimal() else None


def _sign_off(lines: Lines, start: int, end: int) -> SignOff | None:
    """Find a date that ends its line, alone or behind the agency's name."""
    for line in range(start, end):
        text = lines.folded[line]
        if len(text) > _LONGEST_NAME + 12 or ("20" not in text and "二" not in text):
            continue
        match = DATE.search(text)
        if match is None or match.end() < len(text.rstrip("。)）")):
            continue
        date = PrintedDate(match[0], read_date(match))
        if agency := _signer(lines.compact[line][: match.start()]):
            if _is_name(agency):
                return SignOff(agency, line, date, line)
        elif line > start and _is_name(above := _signer(lines.compact[line - 1])):
            return SignOff(above, line - 1, date, line)
        elif "月" in match[0]:  # a date in figures alone (2024-01-23) is the page's, not the report's
            return SignOff(None, line, date, line)
    return None


def _signer(text: str) -> str:
    """Take the marks of a seal and the brackets around it off a signature."""
    return _SEAL.sub("", text).strip("：:，,（()）")


def _is_name(text: str) -> bool:
    return len(text) <= _LONGEST_NAME and _NAME.fullmatch(text) is not None and ends_as_name(fold_for_matching(text))


def _ends_report(text: str) -> bool:
    return len(text) <= _LONGEST_PAGE_END and _page_ends().match(text) is not None


@cache
def _heading_words() -> re.Pattern[str]:
    """The wordings of all headings; a group is named by section, row, and whether it may lack a number.

    The groups stand empty behind the wordings: a branch that begins with a character is passed over faster.
    """
    with (_HERE / "section_headings.csv").open(encoding="utf-8", newline="") as file:
        groups = [
            f"(?:{row['pattern']})(?P<s{row['section']}_{number}{'_alone' if row['alone'] == 'yes' else ''}>)"
            for number, row in enumerate(csv.DictReader(file))
        ]
    return re.compile(rf"(?P<lead>[\u3400-\u9fff\U00020000-\U0003ffff\d（）()《》“”]{{0,24}}?)(?:{'|'.join(groups)})")


@cache
def _page_ends() -> re.Pattern[str]:
    """How the lines begin that sites print after a report."""
    words = (_HERE / "page_ends.txt").read_text(encoding="utf-8").split()
    return re.compile(rf"[\[【（(〖<]?(?:{'|'.join(map(re.escape, words))})")
