"""The divisions that figures are added up for: provinces, prefectures and counties, with their history."""

from __future__ import annotations

from typing import Final

import polars as pl

from pipeline.agencies.divisions import TOWNSHIP, history, is_statistical
from pipeline.agencies.subordination import is_of_corps

DIVISIONS: Final[dict[str, pl.DataType]] = {
    "division_code": pl.String(),
    "division_name": pl.String(),
    "level": pl.String(),
    "parent_code": pl.String(),
    "valid_from": pl.Int32(),
    "valid_to": pl.Int32(),
}
"""The columns of `regions`; years as in `pipeline.agencies.divisions.Division`."""


def regions() -> pl.DataFrame:
    """Give all divisions of the standard from the county up, standing or not, one row a code and name.

    Zones, to which only the bureau of statistics gives codes, are none. ``parent_code`` is null for a province, and for
    a city of the 兵团, whose figures are not those of the region around it.
    """
    rows = [
        (one.code, one.name, one.level, None if is_of_corps(one.code) else one.parent, one.valid_from, one.valid_to)
        for one in history()
        if one.level != TOWNSHIP and not is_statistical(one.code)
    ]
    return pl.DataFrame(rows, DIVISIONS, orient="row")
