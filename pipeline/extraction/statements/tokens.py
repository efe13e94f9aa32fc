"""A sentence as tokens: numbers with their units, years, percentages, punctuation, and words between them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache
from typing import Final, NamedTuple

from pipeline.extraction.statements.lexicon import TABLES, Vocabulary
from pipeline.extraction.statements.numbers import read_number
from pipeline.extraction.statements.statement import Qualifier
from pipeline.forms.text import simplify
from pipeline.readers.whitespace import INVISIBLE

_HAN: Final = "零〇一二两三四五六七八九十百千"
_MONEY: Final = "元"
_LEFT_OUT: Final = re.compile(rf"\s|{INVISIBLE.pattern}")
_MORE: Final = ("超", "逾")
_NUMERAL: Final = "[一二三四五六七八九十]"
_TO: Final = "[-—–~至到]"
_PATTERNS: Final = {
    # not part of what is said: the name of an account that is no body's (“山水发布”微信公众号) or of a site
    # (中国·山水政府网), a bracket that only explains a word (各镇（街道）), titles, quotation marks, Word's bookmarks,
    # the number of a paragraph or of an item
    "skip": rf"""[“"][^“”"局委办厅部镇乡院]{{1,15}}[”"](?=(?:官方|政务)?(?:微信|微博|公众号|抖音|视频号|新媒体))
        | 中国[·•.][\u4e00-\u9fff]{{2,4}}?(?=(?:党政|政府)?(?:门户)?网)
        | \([^()\d{_HAN}不非未无除含其本级全以]{{1,8}}\) | 《[^》]{{0,200}}》 | [“”"‘’'「」]
        | \[bookmark:[^\]]{{0,80}}\]
        | ^(?:\(?{_NUMERAL}{{1,3}}\)[、.]? | {_NUMERAL}{{1,3}}、 | \(?\d{{1,2}}\)[、.]? | \d{{1,2}}[、.](?!\d))
        | (?:^|(?<=[;:。,]))(?:{_NUMERAL}是 | 第?{_NUMERAL}(?=[,、]) | \(?(?:{_NUMERAL}|\d){{1,2}}\))""",
    "separator": "[,;:()、。!?]",
    "years": rf"(?:自|从)?20\d\d年?\s?{_TO}+20\d\d年(?:度|底|末)?",
    "whole_year": rf"""(?:自|从)?(?:(?P<from_year>20\d\d)年)?1月1日(?:起)?{_TO}*(?:(?P<to_year>20\d\d)年)?12月31日
        (?:止|期间)?""",
    "since": r"(?:自|从)?(?P<since_year>20\d\d)年(?:\d{1,2}月)?(?:\d{1,2}日)?[^,;:。\d]{0,16}?以来",
    "as_of": r"(?:截至|截止到?|到)(?:(?P<as_of_year>20\d\d)年)?(?:年?[底末]|12月(?:31日|底)?)(?:止)?",
    "part": rf"""(?:截至|截止到?|自|从)?(?:20\d\d年)?(?:\d{{1,2}}月?(?:\d{{1,2}}日)?{_TO}+)?\d{{1,2}}月(?:份|底|末)?
            (?:\d{{1,2}}日)?(?:止|前|以来|起)?
        | (?:20\d\d年)?第?[一二三四1-4](?:-[一二三四1-4])?季度 | (?:20\d\d年)?[上下]半年""",
    "year": r"(?<!\d)(?P<year_number>20\d\d)年(?:度|全年|内|全年度)?",
    # the number of a document, an article, a telephone
    "unknown": rf"""[〔\[(]?20\d\d[〕\])](?:第?\d+号)? | 第[\d{_HAN}]+[条项款号章次届类批期名位]
        | \d{{3,4}}[-—]\d{{7,8}} | [A-Za-z][\w.@/:-]* | (?:12345|12348|12315|12350|12369|12333|12366)(?![\d件条宗])""",
    "filler": r"\d+个?(?:工作)?[日天](?:的?(?:法定)?(?:时限|期限))?(?:之内|以内|内)?",
    "percent": r"(?:约|近|超过?|达到?|逾)?(?P<percent_number>-?\d+(?:\.\d+)?)[%％](?!点|以上|左右|以内)",
    "neg": "零(?=申请|受理|复议|诉讼|行政复议|行政诉讼)",
    "zero": "为零",
    "number": rf"""(?P<about>约|近|将近|大约|超|超过|逾)?
        (?P<digits>(?<![\d.])(?:\d{{1,3}}(?:,\d{{3}})+|\d+)(?:\.\d+)?|(?<![第其逐每唯数几上好{_HAN}])[{_HAN}]+)
        (?P<over>[余多])?(?P<myriad>[万亿])?(?P<over_myriad>[余多])?
        (?P<unit>UNITS)?(?P<above>以上)?(?P<bad>[次/]|\d|{_TO}[\d{_HAN}]+(?:UNITS))?""",
}


@cache
def _special_tokens(vocabulary: Vocabulary) -> re.Pattern[str]:
    alternatives = "|".join(f"(?P<{role}>{pattern})" for role, pattern in _PATTERNS.items())
    return re.compile(alternatives.replace("UNITS", "|".join(vocabulary.units)), re.VERBOSE)


class Token(NamedTuple):
    """A token: its role and value as in ``words.csv``, or a role of its own; where it stands in the folded sentence.

    Roles of its own: ``separator``; ``number`` and ``percent`` with their ``number``; ``year`` with the year as its
    value; ``unknown`` for what no word or pattern covers.
    """

    role: str
    value: str
    start: int
    end: int
    number: Decimal | None = None
    unit: str | None = None
    qualifier: Qualifier = "exact"
    in_words: bool = False


def fold_sentence(printed: str) -> tuple[str, Sequence[int]]:
    """Bring a sentence to one width and script, without white space; a space stays between two digits.

    Returns:
        The folded text, and for each of its characters where it stands in the printed one.
    """
    plain = unicodedata.normalize("NFKC", printed)
    if len(plain) == len(printed) and not _LEFT_OUT.search(printed):
        return simplify(plain), range(len(plain))
    folded: list[str] = []
    places: list[int] = []
    space = False
    for place, character in enumerate(printed):
        if character.isspace():
            space = True
            continue
        if INVISIBLE.match(character):
            continue
        plain = character if "\u4e00" <= character <= "\u9fff" else unicodedata.normalize("NFKC", character)
        if space and plain[:1].isdigit() and folded and folded[-1].isdigit():
            folded.append(" ")
            places.append(place - 1)
        space = False
        for one in plain:
            folded.append(one)
            places.append(place)
    return simplify("".join(folded)), places


def tokens(text: str, vocabulary: Vocabulary = TABLES) -> Iterator[Token]:
    """Cut a folded sentence into words of a vocabulary and what stands between them."""
    position = 0
    for found in _special_tokens(vocabulary).finditer(text):
        token = _special(found)
        if token is None:
            continue
        yield from _words(text, position, found.start(), vocabulary)
        position = found.end()
        if token.role != "skip":
            yield token
    yield from _words(text, position, len(text), vocabulary)


def _words(text: str, start: int, end: int, vocabulary: Vocabulary) -> Iterator[Token]:
    if start < end:
        for word in vocabulary.cut(text[start:end]):
            yield Token(word.role, word.value, start, start + len(word.text))
            start += len(word.text)


def _special(found: re.Match[str]) -> Token | None:
    """Make a token of a match; None where it is but a word (一 in 一般)."""
    role = next(role for role in _PATTERNS if found[role] is not None)
    start, end = found.span()
    match role:
        case "number":
            return _number(found)
        case "percent":
            return Token(role, "", start, end, Decimal(found["percent_number"]), "%", "share")
        case "zero":
            return Token("number", "", start, end, Decimal(0), None, "exact", True)
        case "years" | "part":
            return Token("period", "part" if role == "part" else "since", start, end)
        case "whole_year":
            years = {found["from_year"], found["to_year"]} - {None}
            if len(years) == 1:
                return Token("year", years.pop(), start, end)
            return Token("period", "since" if years else "this_year", start, end)
        case "since" | "as_of":
            return Token(role, found[f"{role}_year"] or "", start, end)
    return Token(role, found["year_number"] or found[0], start, end)


def _number(found: re.Match[str]) -> Token | None:
    start, end = found.span()
    in_words = not found["digits"][0].isdigit() or not found["digits"].isascii()
    if in_words and not found["unit"]:
        return None
    value = read_number(found["digits"], found["myriad"])
    if value is None or found["bad"]:
        return Token("unknown", "number", start, end)
    unit, myriad = found["unit"], found["myriad"]
    if unit == _MONEY and myriad:
        value, unit = Decimal(found["digits"].replace(",", "")), f"{myriad}{_MONEY}"
    if found["over"] or found["over_myriad"] or found["above"] or (found["about"] or " ")[0] in _MORE:
        qualifier: Qualifier = "over"
    else:
        qualifier = "about" if found["about"] else "exact"
    return Token("number", "", start, end, value, unit, qualifier, in_words and value == 0)
