"""Where a document shows its title, and how far each place can be trusted."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from pipeline.agencies.names import read_name
from pipeline.agencies.words import ends_as_name
from pipeline.extraction.dates import DATE
from pipeline.extraction.lines import Lines, fold_for_matching
from pipeline.extraction.metadata.title import (
    PHRASE,
    YEAR,
    Title,
    is_agency,
    names_other_text,
    read_title,
    read_year,
)
from pipeline.extraction.outline import Outline

_ENDINGS: Final = "报结"  # in every ending of a phrase: 报告, 年报, 告年度报, 总结
_LOOK_BACK: Final = 40
_LOOK_AHEAD: Final = 16
_SHORT: Final = 45
_LONG: Final = 100
_SENTENCE: Final = re.compile(r"[，。；;]")
_AFTER_TITLE: Final = re.compile(r".{0,10}$|[\[【（(_|\-—]|发布|来源|信息|时间|日期|字[体号]|作者|编辑|浏览|点击|\d{4}")
_YEAR_LINE: Final = re.compile(rf"[（(]?(?P<year>{YEAR})年?度?[)）]?")
_FRAGMENT: Final = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff（）()·〇○\d]+")
_DIVISION: Final = re.compile("[省市县区州盟旗镇乡]|街道")
_PATH: Final = re.compile(r"[>＞»›→]")
_ANNOUNCES: Final = re.compile(r"现将|[公发]布|公开|编制")
_OTHER_PAGE: Final = re.compile(r"[\[【（(<]*[上下前后]一?[篇条页]")
_NEAR: Final = 60
_JUST_ABOVE: Final = 8
_IN_TEXT: Final = 3  # lines of the text that may still be a preface
_AT_START: Final = 4


class TitleSighting(NamedTuple):
    """A title that a document shows and the line where it begins.

    ``agency_rule`` differs from ``rule`` where the agency stands on a line of its own, above or below;
    ``text`` is then the title without that line, which may be no part of it.
    """

    title: Title
    rule: str
    agency_rule: str
    line: int
    text: str


def find_titles(outline: Outline, years: Collection[int]) -> list[TitleSighting]:
    """Find the titles that a document shows, the most trusted first.

    ``years`` are those that the rest of the report speaks for; by them a title is told from a list above it.
    """
    above = _find_titles(outline, min(outline.body + _IN_TEXT, len(outline.lines)), years)
    return above or _find_titles(outline, len(outline.lines), years)


def _find_titles(outline: Outline, end: int, years: Collection[int]) -> list[TitleSighting]:
    lines, body = outline.lines, outline.body
    alone: list[TitleSighting] = []
    other: list[TitleSighting] = []
    for start, first, last in _phrases(lines, end):
        compact, folded = _between(lines, first, last)
        match = PHRASE.match(folded, start)
        if match is None or names_other_text(folded, match):
            continue
        if first == last and (len(folded) > _LONG or "《" in folded[:start] or _SENTENCE.search(folded)):
            if first < body + _IN_TEXT:
                other += _in_sentence(compact, match, first)
        elif not _OTHER_PAGE.match(lines.folded[first]):
            alone += _on_own_line(lines, compact, match, first, last)
    other += [sighting for sighting in alone if sighting.rule == "breadcrumb"]
    return [*_rank([sighting for sighting in alone if sighting.rule == "title_line"], outline, years), *other]


def _phrases(lines: Lines, end: int) -> Iterator[tuple[int, int, int]]:
    """Give each phrase's place in its first line, its first and its last line, in reading order.

    A title may be broken over lines anywhere, so the phrase is looked for in the text without line ends.
    """
    starts = lines.starts
    text = lines.text[: starts[end]]
    found: dict[int, int] = {}  # where a phrase ends: where it starts
    for ending in _ENDINGS:
        position = text.find(ending)
        while position >= 0:
            anchor = text.rfind("公开", max(0, position - _LOOK_BACK), position)
            match = PHRASE.search(text, max(0, anchor - 8), position + _LOOK_AHEAD) if anchor >= 0 else None
            if match and match.end() > position:
                found[match.end()] = match.start()
            position = text.find(ending, position + 1)
    for stop, start in sorted(found.items()):
        first = bisect_right(starts, start) - 1
        yield start - starts[first], first, bisect_right(starts, stop - 1) - 1


def _in_sentence(compact: str, match: re.Match[str], line: int) -> list[TitleSighting]:
    """Read a title that the preface quotes (《...》) or announces (现公布...)."""
    clause = match.string[: match.start()]
    quoted = clause.rfind("《") > clause.rfind("》")
    if not quoted and not _ANNOUNCES.search(_SENTENCE.split(clause)[-1]):
        return []
    title = read_title(compact, match.string, match)
    if not (title.agency or title.year):
        return []
    rule = "quoted_title" if quoted else "announced_title"
    return [TitleSighting(title, rule, rule, line, title.text)]


def _on_own_line(lines: Lines, compact: str, match: re.Match[str], first: int, last: int) -> list[TitleSighting]:
    """Read a title that fills its line, or short lines below each other."""
    folded, start = match.string, match.start()
    rest = folded[match.end() :]
    if not _AFTER_TITLE.match(rest):
        return []
    if first != last and (len(rest) > 2 or any(len(text) > _SHORT for text in lines.folded[first : last + 1])):
        return []
    if start == 0 and lines.is_page and match.end() == len(folded) and not any(map(str.isdigit, folded)):
        # the name of a column; only a year above or below would make it a title
        around = lines.folded[max(0, first - 1) : first] + lines.folded[last + 1 : last + 2]
        if not any(_YEAR_LINE.search(text) for text in around):
            return [TitleSighting(Title(compact, None, None), "title_line", "title_line", first, compact)]
    title = read_title(compact, folded, match)
    if _PATH.search(folded, 0, start):
        named = bool(title.agency or title.year)
        return [TitleSighting(title, "breadcrumb", "breadcrumb", first, title.text)] if named else []
    if title.year is None and last + 1 < len(lines) and _YEAR_LINE.fullmatch(lines.folded[last + 1]):
        last += 1
        title = _joined(lines, first, last) or title
    if at_start := _at_start(lines, first, last, title):
        return [at_start]
    agency_rule, text = "title_line", title.text
    whole = lines.is_page and title.year and title.agency and _DIVISION.search(title.agency)
    for above in range(first - 1, first - 1 if whole else -1, -1):
        wider = _joined(lines, above, last) if _is_fragment(lines, above) else None
        if wider is None or not _improves(lines, wider, title, above, last):
            break
        if title.agency is None and wider.agency:
            agency_rule = "title_above"
        elif agency_rule == "title_line":
            text = wider.text
        title, first = wider, above
    if title.agency is None and title.year and last + 1 < len(lines):
        below = lines.compact[last + 1].strip("（）()")
        if is_agency(below) and ends_as_name(lines.folded[last + 1].strip("（）()")):
            title, agency_rule = title._replace(agency=below), "title_below"
    return [TitleSighting(title, "title_line", agency_rule, first, text)]


def _at_start(lines: Lines, first: int, last: int, title: Title) -> TitleSighting | None:
    """Read the title of a file that begins with it, however it is broken; pages begin with menus.

    Other words (附件, a menu) may stand above it: what is joined should begin with a place. If the line itself names
    an agency that does, it is not joined with less.
    """
    if lines.is_page or not 0 < first <= _AT_START or not all(_is_fragment(lines, line) for line in range(first)):
        return None
    found = []
    for start in range(first):
        joined = _joined(lines, start, last)
        if joined and joined.year and joined.agency and ends_as_name(joined.agency):
            found.append(TitleSighting(joined, "title_line", "title_line", start, joined.text))
            if _names_its_place(joined.agency):
                return found[-1]
    is_whole = title.year and title.agency and _names_its_place(title.agency)
    return found[0] if found and not is_whole else None


def _names_its_place(agency: str) -> bool:
    """Whether a name begins with a place that there is, or as those of national bodies and their arms do."""
    name = read_name(agency)
    return bool(
        name.places or name.arm or name.is_national or name.corps or (name.township and name.township.divisions)
    )


def _joined(lines: Lines, first: int, last: int) -> Title | None:
    compact, folded = _between(lines, first, last)
    match = PHRASE.search(folded)
    if match is None:
        return None
    title = read_title(compact, folded, match)
    year_below = _YEAR_LINE.fullmatch(folded, match.end())
    if title.year is None and year_below:
        title = title._replace(text=compact, year=read_year(year_below["year"]))
    return title


def _between(lines: Lines, first: int, last: int) -> tuple[str, str]:
    """Give lines in one, as printed and folded."""
    if first == last:
        return lines.compact[first], lines.folded[first]
    return "".join(lines.compact[first : last + 1]), "".join(lines.folded[first : last + 1])


def _is_fragment(lines: Lines, line: int) -> bool:
    text = lines.folded[line]
    return len(text) <= _SHORT and _FRAGMENT.fullmatch(text) is not None


def _improves(lines: Lines, wider: Title, title: Title, above: int, last: int) -> bool:
    """Tell whether a line above belongs to the title.

    It does if it brings the year or a name that is missing. A name that is there may be the end of one that
    was broken; it is if the document has the whole of it elsewhere too.
    """
    if wider.year and title.year is None:
        return True
    if wider.agency is None or wider.year != title.year:
        return False
    if title.agency is None:
        return ends_as_name(wider.agency)
    if not wider.agency.endswith(title.agency) or wider.agency == title.agency:
        return False
    return any(not above <= line <= last for line in lines.containing([wider.agency]))


def _rank(alone: list[TitleSighting], outline: Outline, years: Collection[int]) -> list[TitleSighting]:
    """Tell the report's own title from links to other reports.

    Its own stands nearest above the text. Neighbouring lines with titles of different years or agencies are a
    list of links, the last of which may be the report's own title right below the list.
    """
    lines, body = outline.lines, outline.body
    listed = {
        number
        for first, second in pairwise(range(len(alone)))
        if not _agree(alone[first].title, alone[second].title)
        and _are_neighbours(lines, alone[first].line, alone[second].line)
        for number in (first, second)
    }
    known = [s for n, s in enumerate(alone) if n not in listed and (s.title.agency or s.title.year)]
    near = [sighting for sighting in known if body - _NEAR <= sighting.line <= body]
    if near:
        own = [sighting for sighting in near if _agree(sighting.title, near[-1].title)]
        return sorted(own, key=lambda s: (s.title.agency is None) + (s.title.year is None))
    above = [alone[number] for number in sorted(listed) if alone[number].line <= body]
    if above and _is_own(above, outline, years):
        return [_as(above[-1], "title_below_list")]
    if known and all(_agree(sighting.title, known[0].title) for sighting in known):
        return [_as(known[0], "title_elsewhere")]
    if above:
        return [_as(above[-1], "title_in_list")]
    bare = [s for s in alone if 0 <= body - s.line <= _JUST_ABOVE and "年度报告" in s.title.text]
    return [_as(sighting, "title_bare") for sighting in bare[-1:]]


def _is_own(above: list[TitleSighting], outline: Outline, years: Collection[int]) -> bool:
    """Tell whether the last of neighbouring titles is the report's own, and only those before it are links.

    It is if the report speaks for its year, and for no other title of that year (links to the reports that
    other agencies made for it) unless the report's text names its agency.
    """
    line, (_, agency, year) = above[-1].line, above[-1].title
    if year not in years or line < outline.body - _NEAR:
        return False
    rivals = [shown for shown in above if shown.title.year == year and not _agree(shown.title, above[-1].title)]
    starts = outline.lines.starts
    text = outline.lines.text[starts[outline.body] : starts[max(outline.body, outline.end)]]
    return not rivals or (agency is not None and fold_for_matching(agency) in text)


def _are_neighbours(lines: Lines, first: int, second: int) -> bool:
    """Tell whether two lines follow each other, with no more than a date between them."""
    return second - first <= 1 or (second - first == 2 and DATE.match(lines.folded[first + 1]) is not None)


def _as(sighting: TitleSighting, rule: str) -> TitleSighting:
    return sighting._replace(rule=rule, agency_rule=rule)


def _agree(one: Title, other: Title) -> bool:
    return (one.year is None or other.year is None or one.year == other.year) and (
        one.agency is None or other.agency is None or one.agency == other.agency
    )
