"""A sentence with what any copyist changes taken out: numbers, dates, the agency and its places, signs and width."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import Final, NamedTuple

from pipeline.agencies.names import read_name
from pipeline.forms.text import simplify
from pipeline.readers.whitespace import INVISIBLE

_SENTENCE: Final = re.compile(r"[^。！？；;!?\n]+")
_NUMBERING: Final = re.compile(
    r"^\W*(?:第?[一二三四五六七八九十\d]{1,3}(?:[)、.,:]|是(?!否)|方面|要)|(?:首先|其次|再次|最后|同时|此外|另外|下一步)(?:,|$))+"
    r"|(?<=[,:、])(?:[一二三四五六七八九十]是|\([一二三四五六七八九十\d]{1,2}\))"
)
_HAN: Final = "零〇一二两三四五六七八九十百千万亿"
_NUMBERS: Final = re.compile(
    rf"""(?:20)?\d\d年(?:度|来|内|底|末)?(?:\d{{1,2}}月(?:份|\d{{1,2}}日)?)?
      | \d{{1,2}}月(?:份|\d{{1,2}}日)?
      | (?:约|近|超过?|达到?|逾)?\d+(?:[.,]\d+)*(?:余|多)?(?:万|亿)?[%‰]?
      | [{_HAN}]+(?:余|多)?(?=[件条次个项场期份篇部人名类家位户例起宗万])""",
    re.VERBOSE,
)
_RANK: Final = "省|市|县|区|州|旗|盟|镇|乡|街道"
_KIND: Final = "局|委|办公室|办|厅|中心|单位|机关|部门|院|处|站|所|馆|队|校|会|社|分局|支队|园区|管委会|街"
_SELF: Final = rf"[我本全该](?:{_RANK}|{_KIND})|(?:{_RANK})(?=人民政府|政府|委|级|直|域|政务)"
_NO_BODY: Final = frozenset({"", "人民政府", "人民政府办公室", "政府", "办事处", "办公室", "管理委员会"})
_SIGNS: Final = re.compile(r"[\W_]+")


class Sentence(NamedTuple):
    """A sentence of a section: where its text starts and ends, and its ``words``, what is left to compare."""

    start: int
    end: int
    words: str


class Wording:
    """Takes sentences of one report down to their wording.

    Args:
        agency_name: who reports, as the report prints it; None where nobody knows: its name and places then stay.
    """

    def __init__(self, agency_name: str | None) -> None:
        self._self = _self_references(agency_name or "")

    def sentences(self, body: str) -> Iterator[Sentence]:
        """Cut a section's text at full stops, semicolons and line ends; sentences of no words are left out."""
        for found in _SENTENCE.finditer(body):
            words = self.words(found[0])
            if words:
                lead = len(found[0]) - len(found[0].lstrip())
                yield Sentence(found.start() + lead, found.start() + len(found[0].rstrip()), words)

    def words(self, sentence: str) -> str:
        """Give the wording of a sentence: letters only, one width and script, without numbering, numbers, dates, and
        without what names the agency or its places, by whatever name."""
        folded = fold_words(sentence)
        folded = _NUMBERING.sub("", folded)
        folded = self._self.sub("", folded)
        return _SIGNS.sub("", _NUMBERS.sub("", folded))


def fold_words(text: str) -> str:
    """One width, one script, no white space."""
    return simplify(unicodedata.normalize("NFKC", INVISIBLE.sub("", "".join(text.split()))))


@lru_cache(maxsize=1024)
def _self_references(agency_name: str) -> re.Pattern[str]:
    """The expression that finds the agency, its places in full and short, and words such as 我县."""
    folded = fold_words(agency_name)
    names = {folded}
    if folded:
        name = read_name(folded)
        places = [*name.places, *([name.township] if name.township else [])]
        for text in [*(place.text for place in places), name.zone, name.unlisted]:
            names |= {text, _stem(text)}
        if name.body not in _NO_BODY:
            names |= {name.body, *_bodies_end(name.body)}
    longest_first = "|".join(sorted((re.escape(text) for text in names if len(text) > 1), key=len, reverse=True))
    return re.compile(rf"(?:{_RANK})?(?:{longest_first})|{_SELF}" if longest_first else _SELF)


def _stem(place: str) -> str:
    """泗水 for 泗水县; empty where too little would be left."""
    stem = re.sub(rf"(?:自治区|自治州|自治县|自治旗|{_RANK})$", "", place)
    return stem if len(stem) > 1 else ""


def _bodies_end(body: str) -> set[str]:
    """The short name that a body with a long end gives itself (中心, 街道, 管委会)."""
    return {end for end in ("中心", "管委会", "办公室") if body.endswith(end)}


def read_texts(name: str) -> list[str]:
    """The lines of a text file beside this module, without notes (``#``) and empty ones."""
    text = (files("pipeline.extraction.copying") / name).read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
