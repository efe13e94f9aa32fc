"""Write the tables of docs/series.md from the seeds: ``python scripts/series.py``."""

from __future__ import annotations

import csv
from pathlib import Path

ROOT = Path(__file__).parents[1]
SEEDS = ROOT / "dbt_project" / "seeds"
FORMS = ROOT / "pipeline" / "forms"
PAGE = ROOT / "docs" / "series.md"
BEGIN, END = "<!-- python scripts/series.py -->\n", "<!-- end -->\n"

Row = dict[str, str]


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _places() -> dict[tuple[str, str], set[str]]:
    """The forms that have each row of the requests and each column of the disclosure: ``requests.ROW``, ..."""
    places: dict[tuple[str, str], set[str]] = {}
    for row in _rows(FORMS / "requests_rows.csv"):
        places["requests", row["row_code"]] = {form for form in ("2019", "2021") if row[f"label_{form}"]}
    for row in _rows(FORMS / "disclosure_cells.csv"):
        places.setdefault(("disclosure", f"{row['row_code']}.{row['column_code']}"), set()).add(row["form"])
    return places


def page(text: str) -> str:
    """Give the page as it should be, of the page as it is."""
    head, rest = text.split(BEGIN)
    return f"{head}{BEGIN}{_tables()}{END}{rest.split(END)[1]}"


def _tables() -> str:
    crosswalk, series = _rows(SEEDS / "form_crosswalk.csv"), _rows(SEEDS / "series.csv")
    annex: dict[str, list[Row]] = {}
    for line in crosswalk:
        if line["form"] == "2014":
            annex.setdefault(line["harmonised_code"], []).append(line)
    through = [row for row in series if row["series"] in annex and row["parts"]]
    ended = [row for row in series if row["series"] in annex and not row["parts"]]
    begun = [row for row in series if row["series"] not in annex]
    parts = ["\n## From 2014 on\n\n"]
    parts.append("| series | annex of 2014 | step to 2019 | step to 2021 | law | why |\n|---|---|---|---|---|---|\n")
    for row in through:
        lines = annex[row["series"]]
        codes = ", ".join(f"`{line['code']}`" for line in lines)
        reasons = "; ".join(dict.fromkeys(line["reason_en"] for line in lines))
        first = _worst({*_grades(row, crosswalk, "2019"), *(line["grade"] for line in lines)})
        second = _worst(_grades(row, crosswalk))
        parts.append(f"| {_name(row)} | {codes} | {first} | {second} | {_laws(row)} | {reasons} |\n")
    parts.append("\n## From 2019 or 2021 on\n\n| series | forms | step to 2021 | law |\n|---|---|---|---|\n")
    for row in begun:
        forms = _forms(row, crosswalk)
        step = _worst(_grades(row, crosswalk)) if len(forms) > 1 else "-"
        parts.append(f"| {_name(row)} | {', '.join(forms)} | {step} | {_laws(row)} |\n")
    parts.append("\n## 2014 to 2018 only\n\n| series | annex of 2014 | why |\n|---|---|---|\n")
    for row in ended:
        (line,) = annex[row["series"]]
        parts.append(f"| {_name(row)} | `{line['code']}` | {line['reason_en']} |\n")
    return "".join(parts)


def _name(row: Row) -> str:
    return f"`{row['series']}` {row['title_zh']}"


def _codes(part: str, crosswalk: list[Row]) -> list[tuple[str, str, str | None, str]]:
    """The places that a part stands for: table, place, the one form that has it, grade."""
    table, _, place = part.partition(".")
    row, _, column = place.rpartition(".")
    mapped = [line for line in crosswalk if line["table_code"] == table and line["harmonised_code"] == column]
    prefix = f"{row}." if row else ""
    found: list[tuple[str, str, str | None, str]] = [
        (table, prefix + line["code"], line["form"], line["grade"]) for line in mapped
    ]
    return found or [(table, place, None, "same")]


def _forms(row: Row, crosswalk: list[Row]) -> list[str]:
    places = _places()
    forms: set[str] = set()
    for part in row["parts"].split():
        for table, place, _, _ in _codes(part, crosswalk):
            forms |= places.get((table, place), {"2019", "2021"} if table == "litigation" else set())
    return sorted(forms)


def _grades(row: Row, crosswalk: list[Row], form: str | None = None) -> set[str]:
    """The grades of the places of a series, or of those that one form alone has."""
    found = [code for part in row["parts"].split() for code in _codes(part, crosswalk)]
    return {grade for _, _, only, grade in found if form in (None, only)}


def _worst(grades: set[str]) -> str:
    return next((grade for grade in ("broken", "close") if grade in grades), "same")


def _laws(row: Row) -> str:
    """The first years under a law that breaks a series."""
    parts = [part.split(".") for part in row["parts"].split()]
    years = {
        line["report_year"]
        for line in _rows(SEEDS / "breaks.csv")
        if line["kind"] == "law" and any(part[0] == line["table_code"] and line["code"] in part for part in parts)
    }
    return ", ".join(sorted(years)) or "-"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
