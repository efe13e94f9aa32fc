"""Numbers as reports print them: 1,234、１２、三十二、1.2万、一百余."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

HAN_DIGITS: Final = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_HAN_UNITS: Final = {"十": 10, "百": 100, "千": 1000}
_MYRIADS: Final = {"万": 10**4, "亿": 10**8}


def read_number(digits: str, myriad: str | None = None) -> Decimal | None:
    """Give the value of a number in Arabic digits (1,234.5) or in Han ones, times 万 or 亿.

    None for Han digits that make up no number (三四件 is three or four).
    """
    plain = digits.replace(",", "")
    value = Decimal(plain) if plain[0].isascii() else _read_han(plain)
    if value is None or not myriad:
        return value
    value *= _MYRIADS[myriad]
    return value.to_integral_value() if value == value.to_integral_value() else value


def _read_han(text: str) -> Decimal | None:
    total, digit = 0, None
    before = 10**4
    for character in text:
        if character in HAN_DIGITS:
            if digit:
                return None
            digit = HAN_DIGITS[character]
        else:
            unit = _HAN_UNITS[character]
            if unit >= before or (digit == 0):
                return None
            total += (1 if digit is None else digit) * unit
            before, digit = unit, None
    return Decimal(total + (digit or 0))
