"""Writing that means the same made the same: widths, traditional characters, invisible characters."""

from __future__ import annotations

import csv
import unicodedata
from importlib.resources import files

from pipeline.readers.whitespace import INVISIBLE


def _traditional() -> dict[int, str]:
    text = (files("pipeline.forms") / "traditional.csv").read_text(encoding="utf-8")
    return {ord(row["traditional"]): row["simplified"] for row in csv.DictReader(text.splitlines())}


_SIMPLIFIED = _traditional()


def fold(text: str) -> str:
    """Full width to half width, compatibility forms (⒈, ①) to plain ones, invisible characters removed."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", INVISIBLE.sub("", text))


def simplify(text: str) -> str:
    """Traditional characters of the forms' own vocabulary to simplified ones; other characters stay."""
    return text.translate(_SIMPLIFIED)
