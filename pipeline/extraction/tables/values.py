"""What one printed cell says: a number with its unit, nothing, not applicable, or something else."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal, NamedTuple

from pipeline.forms.text import simplify
from pipeline.readers.whitespace import INVISIBLE

UNITS = "件次|人次|人|件|项|个|次|条|宗|起|份|部|篇|家|户|例|批|亿元|万元|元"
_NUMBER = re.compile(
    r"(?P<sign>[+-]|增加?|减少?)?"
    r"(?P<integer>[1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]{0,13}|0)"
    r"(?P<fraction>\.[0-9]{1,6})?"
    rf"(?P<unit>{UNITS})?"
)
_SPACED_DIGITS = re.compile(r"[0-9.,-]\s+[0-9.,]")  # "– 1" may be a dash with the number of a footnote
_NOT_APPLICABLE = frozenset("/ // \\ - -- --- — —— ——— ―  ─ ── 无 N/A n/a".split())
# Full width and the other minus signs only: NFKC would also make 821① into 8211 and 5² into 52.
_HALF_WIDTH: dict[int, int | str] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_HALF_WIDTH |= {0x3000: " "} | dict.fromkeys(map(ord, "−–﹣"), "-")


class Value(NamedTuple):
    """``status`` is ``text`` where the cell holds neither a figure nor a sign that there is none."""

    status: Literal["number", "blank", "not_applicable", "text"]
    number: Decimal | None = None
    unit: str | None = None


BLANK = Value("blank")
NOT_APPLICABLE = Value("not_applicable")
TEXT = Value("text")


def read_value(text: str) -> Value:
    """Read the text of a figure cell.

    A number may carry thousands separators, a sign (also 增 and 减), up to six decimals and a unit; ``number``
    is then the number as printed, without its unit. What is not plainly one number (``12件（其中3件）``, ``1,13``,
    ``007``, ``约5``) is ``text``: it is never repaired. Nor are two lines of digits joined: they may be one figure
    that a narrow column broke, or two figures, and only a reader that sees the column can tell.
    """
    if text.isascii() and text.isdigit() and (text[0] != "0" or text == "0") and len(text) <= 14:
        return Value("number", Decimal(text))
    plain = INVISIBLE.sub("", text).translate(_HALF_WIDTH).strip()
    if not plain:
        return BLANK
    if simplify(plain) in _NOT_APPLICABLE:
        return NOT_APPLICABLE
    if not _SPACED_DIGITS.search(plain):
        plain = "".join(plain.split())
    match = _NUMBER.fullmatch(simplify(plain))
    if match is None:
        return TEXT
    digits = match["integer"].replace(",", "")
    if len(digits) > 14:
        return TEXT
    sign = "-" if (match["sign"] or "")[:1] in ("-", "减") else ""
    number = Decimal(f"{sign}{digits}{match['fraction'] or ''}")
    return Value("number", number, plain[match.start("unit") :] if match["unit"] else None)
