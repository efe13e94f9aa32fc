"""The grammar of a report's title: agency, year and phrase, in any order and run together."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from pipeline.agencies.words import cut_agency, ends_as_name
from pipeline.extraction.lines import fold_for_matching

YEAR: Final = r"(?:20\d\d|二[〇○零Oo0][〇○零Oo0一二三四五六七八九]{2})"
"""A year in digits of any width or in Chinese numerals; `read_year` reads it."""

PHRASE: Final = re.compile(
    # the 政府 of 人民政府 is the agency's; any other is the phrase's, whose mandated wording begins with it
    r"(?:(?:(?<!人民)政府|政务)?信息(?:[和与及]政务)?公开|政务公开(?=.{0,8}年))"
    rf"(?P<tail>(?:条例|制度|》|工作|情况|开展|实施|执行|落实|的|[（(]?{YEAR}年?度?[)）]?|本?年度?)*)"
    r"(?:工?作?[告吿]年度报|报[告吿]|年报|总结)"
    rf"(?P<note>[（(]{YEAR}年?度?[)）]|{YEAR}(?:年度?)?(?![\d年月./-]))?"
)
"""政府信息公开工作年度报告 and what is printed for it, in simplified text without white space."""

_OTHER_TEXT: Final = re.compile(
    r"格式|有关|编制|制度|统计|模板|的?要求|规定|\d+[条篇份]|数量|指南|[和及、等]|公开|汇总|专?栏"
)
_EDGE: Final = re.compile(
    r".*(?:[>＞»›|丨｜/\\:：【】\[\]《》〈〉「」“”\"'‘’•★◆►▶●■_—–\-,，。;；!！?？]|(?<!\d)\d{1,2}[、.．)）])"
)
_LONGEST_HEAD: Final = 120
_ANY_YEAR: Final = re.compile(rf"[（(]?(?P<year>{YEAR})(?:年度?|度)?年?[)）]?")
_FILLER: Final = re.compile(r"(?:的|由|关于|附件|标题|名称|题名|·|[)）])+")
_END_FILLER: Final = re.compile(r"(?:关于|开展|实施|全年|上报|的|·|[（(])+$")
_SENTENCE_WORDS: Final = re.compile(
    r"根据|依据|按照|依照|要求|规定|贯彻|落实|[公发]布|[印转]发|报送|公示|编制(?!委)|现将|(?:社会|予以|现|特)公开"
)
_NAME: Final = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff（）()·〇○]{2,45}")
_HAN_DIGITS: Final = {
    **{ord(character): str(number) for number, character in enumerate("零一二三四五六七八九")},
    **dict.fromkeys(map(ord, "〇○Oo"), "0"),
}


class Title(NamedTuple):
    """A title as printed, without white space, and the agency and year that it names."""

    text: str
    agency: str | None
    year: int | None


def find_title(text: str) -> Title | None:
    """Find the title in a text that is little more than one, as of a page or a link."""
    compact = "".join(text.split())
    folded = fold_for_matching(compact)
    match = PHRASE.search(folded)
    return read_title(compact, folded, match) if match and not names_other_text(folded, match) else None


def names_other_text(folded: str, match: re.Match[str]) -> bool:
    """Tell whether a phrase is the beginning of something else (…年度报告格式, …年度报告1条)."""
    return _OTHER_TEXT.match(folded, match.end()) is not None


def read_title(compact: str, folded: str, match: re.Match[str]) -> Title:
    """Read the title whose phrase was matched in ``folded``; ``compact`` is the same text as printed.

    The title begins where the year or the agency does: numbers, labels, paths and the words of a sentence
    before them (现公布, 附件：) are not its own.
    """
    start, end = max(0, match.start() - _LONGEST_HEAD), match.start()
    if edge := _EDGE.match(folded, start, end):
        start = edge.end()
    years = [*_ANY_YEAR.finditer(folded, start, end)]
    year = years[-1] if years else None  # the nearest to the phrase
    spans = [(start, year.start()), (year.end(), end)] if year else [(start, end)]
    name = _choose([name for span in spans if (name := _trim(folded, *span))], folded)
    begin = min(year.start() if year else end, name[0] if name else end)
    if "》" in match["tail"]:
        begin = 0  # 实施《政府信息公开条例》情况年度报告
    year = year or _ANY_YEAR.search(match["tail"]) or _ANY_YEAR.search(match["note"] or "")
    return Title(
        compact[begin : match.end()],
        compact[name[0] : name[1]] if name else None,
        read_year(year["year"]) if year else None,
    )


def read_year(text: str) -> int:
    """Read a match of `YEAR`."""
    return int(text.translate(_HAN_DIGITS))


def is_agency(name: str) -> bool:
    """Tell whether a text can be an agency's name: Han characters alone, and not a word such as 我局."""
    folded = fold_for_matching(name)
    return _is_agency(folded, 0, len(folded))


def _is_agency(folded: str, start: int, end: int) -> bool:
    return bool(_NAME.fullmatch(folded, start, end)) and not _not_agencies().fullmatch(folded, start, end)


def _trim(folded: str, start: int, end: int) -> tuple[int, int] | None:
    """Trim a stretch of a title to the name in it; jieba cuts it out of the words of a sentence."""
    if end - start < 2:
        return None
    if _SENTENCE_WORDS.search(folded, start, end):
        name = cut_agency(folded[start:end])
        if name is None:
            return None
        start = folded.index(name, start)
        end = start + len(name)
    if filler := _FILLER.match(folded, start, end):
        start = filler.end()
    if filler := _END_FILLER.search(folded, start, end):
        end = filler.start()
    return (start, end) if _is_agency(folded, start, end) else None


def _choose(names: list[tuple[int, int]], folded: str) -> tuple[int, int] | None:
    """Choose between what stands before and after the year, mostly one of them empty."""
    if len(names) < 2:
        return names[0] if names else None
    endings = [(start, end) for start, end in names if ends_as_name(folded[start:end])]
    return (endings or names)[-1]


@cache
def _not_agencies() -> re.Pattern[str]:
    words = Path(__file__).with_name("not_agencies.txt").read_text(encoding="utf-8").split()
    return re.compile("|".join(words))
