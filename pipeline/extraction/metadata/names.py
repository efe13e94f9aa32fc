"""Where a report's sentences and a page's labels name the agency."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from pipeline.agencies.words import cut_agency, ends_as_name
from pipeline.extraction.metadata.title import is_agency
from pipeline.extraction.outline import Outline
from pipeline.extraction.report import Section
from pipeline.forms.text import simplify

_COMPILED: Final = re.compile(
    r"(?:(?:报告|年报)由|(?:编制|填报|报告)单位[:：])(?P<name>[\u3400-\u9fff\U00020000-\U0003ffff（）()]{2,40}?)"
    r"(?:依据|根据|按照|依照|遵照|编制|编写|编撰|撰写|组织|负责|制作|[，。,]|$)"
)
_CONTACT: Final = re.compile(
    r"请(?:直接|及时)?[与和同向](?P<name>[\u3400-\u9fff\U00020000-\U0003ffff（）()]{2,40}?)(?:进行)?(?:联系|咨询|反映)"
)
_OFFICE: Final = re.compile(
    r"(?:党政|综合|党委|行政|政务公开|政府信息公开|信息公开|工作)*(?:办公室|办)"
    r"|[\u3400-\u9fff\U00020000-\U0003ffff]{1,10}(?:[科股处]|(?<!办公)室)"
)
_PUBLISHER: Final = re.compile(
    r"(?<!编制)(?<!填报)(?<!报告)(?:机构|单位|部门|来源)[\]】]?[:：](?P<name>[\u3400-\u9fff\U00020000-\U0003ffff（）()]{3,40})"
)
_OPENING: Final = re.compile(
    r"在?(?:20\d\d年度?(?:以?来)?[，,、]?)?(?P<text>[\u3400-\u9fff\U00020000-\U0003ffff（）()]{3,50})"
)
_OPENING_LENGTH: Final = 80


class NameSighting(NamedTuple):
    """An agency's name as printed, the rule that saw it and the line."""

    name: str
    rule: str
    line: int


def find_names(outline: Outline) -> Iterator[NameSighting]:
    """Find the agency in the sign-off, in the sentences on who compiled it and whom to ask, behind labels."""
    lines = outline.lines
    if outline.sign_off and outline.sign_off.agency:
        yield NameSighting(outline.sign_off.agency, "sign_off", outline.sign_off.agency_line)
    for rule, pattern, words, ranges in (
        ("compiled_by", _COMPILED, ("报告由", "年报由", "单位："), outline.edges),
        ("contact", _CONTACT, ("联系", "咨询", "反映"), outline.edges),
        ("publisher", _PUBLISHER, ("机构", "来源", "单位"), outline.page),
    ):
        for line in lines.containing(words, ranges):
            match = pattern.search(lines.folded[line])
            if match is None:
                continue
            start, end = match.span("name")
            if rule == "contact":
                end = start + len(_without_office(match["name"]))
            name = lines.compact[line][start:end]
            if ends_as_name(match.string[start:end]) and is_agency(name):
                yield NameSighting(name, rule, line)


def find_opening(sections: list[Section]) -> str | None:
    """Cut the agency's name out of the first sentence (2022年，上海市坚持...)."""
    if not sections or sections[0].section != 1:
        return None
    text = "".join(sections[0].body[:_OPENING_LENGTH].split())
    match = _OPENING.match(text)
    if match is None:
        return None
    words = simplify(match["text"])
    name = cut_agency(words)
    start = match.start("text")
    return text[start : start + len(name)] if name and words.startswith(name) and is_agency(name) else None


def _without_office(name: str) -> str:
    """Cut the office that answers questions off the agency that it belongs to."""
    for end in range(len(name) - 1, 2, -1):
        if _OFFICE.fullmatch(name, end) and ends_as_name(name[:end]):
            return name[:end]
    return name
