"""Of whom a clause speaks: the reporting agency, the place it governs, or another body."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from pipeline.agencies.names import read_name
from pipeline.agencies.text import fold_name
from pipeline.agencies.words import cut_agency
from pipeline.extraction.statements.statement import Scope

_SHORT: Final = (("人民政府", "政府"), ("办公室", "办"), ("办公厅", "办"), ("委员会", "委"), ("办事处", ""))
_PLACES: Final = tuple("省市县区州旗盟")
_TOWNSHIPS: Final = ("镇", "乡", "街道")
_SYSTEM: Final = re.compile("[全本我][省市县区州旗盟].{2,12}(?:系统|机关|部门|各单位)")
_OF_GOVERNMENT: Final = re.compile("(?<=[省市县区州旗盟])(?:人民)?政府(?!办)(?=.{1,12}[局委办]$)")
"""区政府国资局 is 区国资局."""
_LONGEST: Final = 40
_JUDGES: Final = ("司法", "法院")


class Subjects:
    """Tells whether a name is that of the reporting agency."""

    def __init__(self, agency_name: str | None) -> None:
        self._name = agency_name or ""
        self._agency = _short(self._name)
        self.judges_others: Final = any(word in self._agency for word in _JUDGES)
        """Whether reconsiderations may be its work, not its own disputes."""

    def scope_of(self, name: str) -> Scope | None:
        """Give the scope that a name stands for; None where the text is no name of an agency or place, or nobody
        knows whose report it is."""
        if len(name) > _LONGEST:
            return None
        if _SYSTEM.fullmatch(name):
            return "whole"
        short, agency = _short(name), self._agency
        if not agency or not short:
            return None
        if agency.endswith(short) or short.endswith(agency) or short in (f"{agency}政府", f"{agency[-1]}政府"):
            return "own"
        if agency.startswith(short) and short.endswith(_PLACES + _TOWNSHIPS):
            return "own" if short.endswith(_TOWNSHIPS) else "whole"
        if not _is_name(name):
            return None
        if _are_same(name, self._name) or _are_same(_OF_GOVERNMENT.sub("", name), self._name):
            return "own"
        return "other"


@lru_cache(maxsize=16384)
def _short(name: str) -> str:
    short = fold_name(name)
    for long, replacement in _SHORT:
        short = short.replace(long, replacement)
    return short


@lru_cache(maxsize=16384)
def _is_name(name: str) -> bool:
    return 1 < len(name) <= _LONGEST and cut_agency(name) == name


@lru_cache(maxsize=16384)
def _are_same(name: str, agency: str) -> bool:
    """Tell whether a name is another form of the agency's: 县住建局, in the report of 安阳县住房和城乡建设局."""
    short, full = read_name(name), read_name(agency)
    if short.body != full.body or short.zone != full.zone or bool(short.township) != bool(full.township):
        return False
    if short.places and full.places:
        return bool(set(short.own) & set(full.own))
    return bool(short.rank) and bool(full.places) and full.places[-1].text.endswith(short.rank)
