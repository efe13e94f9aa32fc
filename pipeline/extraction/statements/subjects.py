"""Of whom a clause speaks: the reporting agency, the place it governs, or another body."""

from __future__ import annotations

from functools import cache
from typing import Final

from pipeline.agencies.text import fold_name
from pipeline.agencies.words import cut_agency
from pipeline.extraction.statements.statement import Scope

_SHORT: Final = (("人民政府", "政府"), ("办公室", "办"), ("办公厅", "办"), ("委员会", "委"), ("办事处", ""))
_PLACES: Final = tuple("省市县区州旗盟")
_TOWNSHIPS: Final = ("镇", "乡", "街道")
_JUDGES: Final = ("司法", "法院")


class Subjects:
    """Tells whether a name is that of the reporting agency."""

    def __init__(self, agency_name: str | None) -> None:
        self._agency = _short(agency_name) if agency_name else ""
        self.judges_others: Final = any(word in self._agency for word in _JUDGES)
        """Whether reconsiderations may be its work, not its own disputes."""

    def scope_of(self, name: str) -> Scope | None:
        """Give the scope that a name stands for; None where the text is no name of an agency or place, or nobody
        knows whose report it is."""
        short, agency = _short(name), self._agency
        if agency and short:
            if agency.endswith(short) or short.endswith(agency) or short in (f"{agency}政府", f"{agency[-1]}政府"):
                return "own"
            if agency.startswith(short) and short.endswith(_PLACES + _TOWNSHIPS):
                return "own" if short.endswith(_TOWNSHIPS) else "whole"
        return "other" if agency and _is_name(name) else None


@cache
def _short(name: str) -> str:
    short = fold_name(name)
    for long, replacement in _SHORT:
        short = short.replace(long, replacement)
    return short


@cache
def _is_name(name: str) -> bool:
    return len(name) > 1 and cut_agency(name) == name
