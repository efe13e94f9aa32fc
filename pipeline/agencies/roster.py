"""The roster: which agencies are expected to report, from which year to which. Users edit it; divisions begin it."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import polars as pl

from pipeline.agencies.divisions import (
    TOWNSHIP,
    Division,
    ancestors,
    divisions,
    history,
    is_statistical,
    named,
    path,
)
from pipeline.agencies.identity import NATIONAL, Aliases, agency_id
from pipeline.agencies.names import ADMINISTRATION, GOVERNMENT, OFFICE, TOWNSHIP_RANKS, read_name
from pipeline.agencies.resolution import DESCRIPTION, STANDS_ALONE, resolve
from pipeline.edited import decode_edited, read_edited
from pipeline.workspace import JobError

COLUMNS: Final = ("agency_id", "agency_full_name", "from_year", "to_year", "expected", "note")
"""The columns of ``roster.csv``. Of the first two one has to be filled in."""

ROSTER: Final[dict[str, pl.DataType]] = {
    "line": pl.Int32(),
    "from_year": pl.Int32(),
    "to_year": pl.Int32(),
    "expected": pl.Boolean(),
    "note": pl.String(),
    **DESCRIPTION,
}
"""The columns of `resolve_roster`: what a line says, and the agency that it means."""

COUNTRY: Final = "全国"
NO_GOVERNMENT: Final = ("71", "81", "82")
"""台湾, 香港 and 澳门: the Regulation does not hold there."""

_YEARS: Final = range(2008, 2100)
"""The Regulation came into force in 2008."""


class RosterLine(NamedTuple):
    """A line: an agency by its id or its name, and the report years, ``to_year`` included, for which it speaks.

    ``number`` is that of the line in its file, 0 for one that is in none yet. ``to_year`` is None where nothing ends.
    """

    number: int
    agency_id: str | None
    agency_full_name: str | None
    from_year: int
    to_year: int | None
    expected: bool
    note: str = ""


def read_roster(file: Path) -> list[RosterLine]:
    """Read a roster; there need be no file.

    Raises:
        JobError: it cannot be read as such a table, or a line does not say what it has to; the message names it.
    """
    if not file.exists():
        return []
    return [_read_line(file, number, fields) for number, fields in read_edited(file, ("from_year", "expected"))]


def _read_line(file: Path, number: int, fields: Any) -> RosterLine:  # noqa: ANN401 - text by column
    def fail(what: str) -> JobError:
        return JobError(f"{file}, line {number}: {what}")

    def year(column: str) -> int | None:
        text = fields.get(column) or ""
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and int(text) in _YEARS):
            raise fail(f"{column} {text} is no year from {_YEARS[0]} on.")
        return int(text)

    known, name = fields.get("agency_id") or None, fields.get("agency_full_name") or None
    if not (known or name):
        raise fail("agency_id or agency_full_name has to be filled in.")
    begin, end = year("from_year"), year("to_year")
    if begin is None:
        raise fail("from_year has to be filled in.")
    if end is not None and end < begin:
        raise fail(f"to_year {end} lies before from_year {begin}.")
    expected = {"true": True, "false": False}.get(fields["expected"].lower())
    if expected is None:
        raise fail(f"expected has to be true or false and is {fields['expected'] or 'blank'}.")
    return RosterLine(number, known, name, begin, end, expected, fields.get("note") or "")


def resolve_roster(
    lines: Collection[RosterLine], aliases: Aliases, *, file: Path, known: Collection[str] = ()
) -> pl.DataFrame:
    """Say which agency each line means, as it is said of reports, so that both meet on one id.

    Args:
        lines: of a roster.
        aliases: corrected names and ids.
        file: the roster's, for messages.
        known: the ids of agencies that report, so that successors among them can be named.

    Returns:
        One row a line, with the columns `ROSTER`.

    Raises:
        JobError: a line's name does not say where its agency is.
    """
    names = [line.agency_full_name or _name_of(line.agency_id or "") for line in lines]
    reports = pl.DataFrame(
        [(str(n), name, line.to_year) for n, (name, line) in enumerate(zip(names, lines, strict=True))],
        schema={"document_id": pl.String(), "agency_name": pl.String(), "report_year": pl.Int32()},
        orient="row",
    )
    nowhere = pl.DataFrame(schema={"document_id": pl.String(), "url": pl.String(), "source_id": pl.String()})
    rows = []
    for line, row in zip(lines, resolve(reports, nowhere, aliases=aliases, known=known).to_dicts(), strict=True):
        if line.agency_id:
            given = aliases.ids.get(line.agency_id, line.agency_id)
            if line.agency_full_name is None and row["agency_id"] != given:
                row = dict.fromkeys(DESCRIPTION) | {"agency_name": given, "agency_full_name": given}  # noqa: PLW2901
            row["agency_id"] = given
        elif row["agency_id"].startswith(STANDS_ALONE):
            raise JobError(
                f"{file}, line {line.number}: where {line.agency_full_name} is cannot be told. "
                "Write it with the divisions above it, or give its agency_id."
            )
        row |= {"line": line.number, "from_year": line.from_year, "to_year": line.to_year}
        row |= {"expected": line.expected, "note": line.note or None}
        rows.append({name: row[name] for name in ROSTER})
    return pl.DataFrame(rows, schema=ROSTER, orient="row")


def _name_of(known: str) -> str:
    """The name that an id is made of: 410105-司法局 is 河南省郑州市金水区司法局."""
    code, dash, body = known.partition("-")
    if dash and code in divisions():
        return path(code) + body
    return body if code == NATIONAL else known


def find_place(text: str) -> Division | None:
    """Find the province, prefecture or county that a person means: by its code, its name, or its name with those above.

    Returns:
        The division; None for the whole country (全国).

    Raises:
        JobError: there is none, or there are several.
    """
    if text == COUNTRY:
        return None
    if text in divisions():
        return divisions()[text]
    found = [one for one in named(text) if one.level != TOWNSHIP]
    if not found:
        found = [one for one in history() if one.level != TOWNSHIP and path(one.code).endswith(text)]
    for better in (lambda one: one.valid_to is None, lambda one: one.name == text):
        found = [one for one in found if better(one)] or found
    codes = sorted({one.code for one in found})
    if len(codes) == 1:
        return found[-1]
    if not codes:
        raise JobError(f"There is no province, prefecture or county {text}. Give its name in full, or its code.")
    several = ", ".join(f"{code} {path(code)}" for code in codes)
    raise JobError(f"{text} is several: {several}. Give one of these codes.")


def governments(place: Division | None, levels: Collection[str], from_year: int) -> Iterator[RosterLine]:
    """Give a line for each government of a place and of the divisions in it, by code.

    A division is expected to report for the years that it stood in to their end: from the one in which it came to be to
    the one before it ended. What the bureau of statistics alone counts as a division (development zones, farms) has no
    government, nor does the Regulation hold in `NO_GOVERNMENT`.

    Args:
        place: the division, None for the whole country.
        levels: those of `pipeline.agencies.divisions.LEVELS` that are wanted.
        from_year: the first report year.
    """
    stood: dict[str, list[Division]] = {}
    for one in history():
        if one.level in levels and _has_government(one):
            stood.setdefault(one.code, []).append(one)
    for code in sorted(stood):
        if place is not None and place.code not in {code, *(above.code for above in ancestors(code))}:
            continue
        # one code under several names is one government
        division = divisions()[code]
        begins = [one.valid_from for one in stood[code]]
        begin = from_year if None in begins else max(from_year, min(filter(None, begins)))
        end = division.valid_to - 1 if division.valid_to else None
        if end is None or begin <= end:
            name = path(code) + _seat(division)
            seat = divisions()[division.parent or ""] if division.level == TOWNSHIP else division
            yield RosterLine(0, agency_id(read_name(name), seat), name, begin, end, expected=True)


def _has_government(one: Division) -> bool:
    if one.level == TOWNSHIP:
        return one.name.endswith((*TOWNSHIP_RANKS,)) and not is_statistical(one.parent or "")
    return not one.code.startswith(NO_GOVERNMENT) and not is_statistical(one.code)


def _seat(division: Division) -> str:
    if division.level == TOWNSHIP:
        return OFFICE if division.name.endswith("街道") else GOVERNMENT
    return ADMINISTRATION if division.name.endswith(("盟", "地区")) else GOVERNMENT


def add_to_roster(file: Path, lines: Iterable[RosterLine], aliases: Aliases) -> int:
    """Add lines for the agencies that a roster does not have; all that stands in it stays as it is, byte for byte.

    A new file is UTF-8 with a byte-order mark, so that spreadsheets open it right; a file that is there keeps its
    encoding, its columns and what ends its lines.

    Returns:
        How many lines were added.

    Raises:
        JobError: the file that is there cannot be read.
    """
    present = set(resolve_roster(read_roster(file), aliases, file=file)["agency_id"])
    added = [line for line in lines if aliases.ids.get(line.agency_id or "", line.agency_id) not in present]
    if file.exists():
        before = file.read_bytes()
        text, encoding = decode_edited(file)
        header = text.partition("\n")[0]
        delimiter = "\t" if "\t" in header else ","
        columns = [name.strip() for name in next(csv.reader([header], delimiter=delimiter))]
        ending = "\r\n" if header.endswith("\r") else "\n"
        if encoding == "utf-16":
            encoding = "utf-16-be" if before.startswith(b"\xfe\xff") else "utf-16-le"
    else:
        before, text, encoding, delimiter, ending = "\ufeff".encode(), "", "utf-8", ",", "\r\n"
        columns = list(COLUMNS)
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, extrasaction="ignore", delimiter=delimiter, lineterminator=ending)
    if not text:
        writer.writeheader()
    elif not text.endswith("\n"):
        out.write(ending)
    for line in added:
        row = line._asdict() | {"expected": "true" if line.expected else "false"}
        writer.writerow({name: row.get(name) for name in columns})
    if added:
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(f".{file.name}.{os.getpid()}")
        part.write_bytes(before + out.getvalue().encode(encoding))
        part.replace(file)
    return len(added)
