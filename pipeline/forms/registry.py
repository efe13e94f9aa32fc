"""The mandated forms as data: which tables, rows and columns each form has.

Sources of the forms: 国办公开办函〔2019〕60号 (form ``2019``), 国办公开办函〔2021〕30号 (form ``2021``), and
政府信息公开情况统计表, the annex of the reports for 2014 to 2018 (form ``2014``).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from importlib.resources import files

DISCLOSURE = "disclosure"
REQUESTS = "requests"
LITIGATION = "litigation"
STATISTICS = "statistics"


def read_table(name: str) -> list[dict[str, str]]:
    """The rows of one of this room's CSV files."""
    text = (files("pipeline.forms") / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


_DISCLOSURE = read_table("disclosure_cells.csv")
_REQUESTS_ROWS = read_table("requests_rows.csv")
_REQUESTS_COLUMNS = read_table("requests_columns.csv")
_LITIGATION = read_table("litigation_columns.csv")
_STATISTICS = read_table("statistics_2014.csv")

DISCLOSURE_FORMS: Mapping[tuple[str, str], frozenset[str]] = {
    key: frozenset(row["form"] for row in _DISCLOSURE if (row["row_code"], row["column_code"]) == key)
    for key in dict.fromkeys((row["row_code"], row["column_code"]) for row in _DISCLOSURE)
}
"""(row, column) of the disclosure table -> the forms that have this cell."""

DISCLOSURE_ROWS: Mapping[str, tuple[frozenset[str], ...]] = {
    code: tuple(
        frozenset(row["column_code"] for row in _DISCLOSURE if (row["form"], row["row_code"]) == (form, code))
        for form in dict.fromkeys(row["form"] for row in _DISCLOSURE if row["row_code"] == code)
    )
    for code in dict.fromkeys(row["row_code"] for row in _DISCLOSURE)
}
"""Row of the disclosure table -> the columns that it has in each form that has the row."""

REQUEST_COLUMNS: tuple[str, ...] = tuple(row["column_code"] for row in _REQUESTS_COLUMNS)
"""The seven columns of the requests table in the form's order."""

ORGANISATION_COLUMNS: frozenset[str] = frozenset(
    row["column_code"] for row in _REQUESTS_COLUMNS if row["parent_code"] == "organisation"
)
"""The columns under 法人或其他组织."""

REQUEST_GROUPS: Mapping[str, str] = {
    row["row_code"]: row["parent_code"] for row in _REQUESTS_ROWS if row["parent_code"]
}
"""Outcome row -> the group it stands in."""

REQUEST_PEERS: Mapping[str, str] = {
    row["row_code"]: row["parent_code"]
    if list(REQUEST_GROUPS.values()).count(row["parent_code"]) > 1 and row["row_code"] != "other_undivided"
    else row["kind"].replace("total", "outcome")
    for row in _REQUESTS_ROWS
}
"""Row -> the rows that stand as deep in the form: the items of its group, the other outcomes, or 一, 二 and 四."""

REQUEST_ROW_FORMS: Mapping[str, str] = {
    row["row_code"]: "2021" if row["label_2021"] else "2019"
    for row in _REQUESTS_ROWS
    if bool(row["label_2021"]) != bool(row["label_2019"])
}
"""Rows that only one form of the requests table has -> that form."""

LITIGATION_COLUMNS: tuple[tuple[str, str], ...] = tuple((row["venue_code"], row["result_code"]) for row in _LITIGATION)
"""(venue, result) of the fifteen columns of the litigation table in the form's order."""

STATISTICS_FORM = "2014"
"""The form of the annex of 2014 to 2018, of which there is one."""

STATISTICS_COLUMN = "value"
"""Its one column of figures."""

STATISTICS_ROWS: tuple[str, ...] = tuple(row["row_code"] for row in _STATISTICS)
"""The indicators of the annex in the form's order."""

STATISTICS_PARENTS: Mapping[str, str] = {row["row_code"]: row["parent_code"] for row in _STATISTICS}
"""Indicator -> the one that it is part of, or a heading without figures of its own; empty for none."""
