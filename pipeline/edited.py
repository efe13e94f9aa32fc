"""Tables that users edit in a spreadsheet or by hand: CSV as any of these write it."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from pipeline.workspace import JobError

_ENCODINGS: Final = ("utf-8", "gb18030")
"""What Excel saves in China is GBK, unless told to save CSV UTF-8."""


class Line(NamedTuple):
    """A line: its number in the file, from 1, and its fields by the names of the columns, without outer white space."""

    number: int
    fields: Mapping[str, str]


def read_edited(path: Path, columns: Iterable[str]) -> list[Line]:
    """Read a table whose first line names its columns; lines in which nothing stands are left out.

    UTF-8 with or without a byte-order mark, GBK, and the UTF-16 with tabs that spreadsheets call Unicode text are read,
    with whatever ends their lines.

    Args:
        path: the file.
        columns: those that have to be there; a file may have others, in any order.

    Raises:
        JobError: it cannot be read as such a table; the message names the line.
    """
    text = decode_edited(path)[0]
    header = text.partition("\n")[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter="\t" if "\t" in header else ",", strict=True)
    lines: list[Line] = []
    try:
        names = [name.strip() for name in next(rows, [])]
        if missing := [column for column in columns if column not in names]:
            raise JobError(f"{path}, line 1: it has to name the columns; there is no {', '.join(missing)}.")
        for row in rows:
            fields = [field.strip() for field in row]
            if any(fields[len(names) :]):
                raise JobError(
                    f"{path}, line {rows.line_num}: more fields than the first line names. "
                    "Put text that has commas into quotation marks."
                )
            if any(fields):
                lines.append(Line(rows.line_num, dict.fromkeys(names, "") | dict(zip(names, fields, strict=False))))
    except csv.Error as error:
        raise JobError(f"{path}, line {rows.line_num}: this is no CSV ({error}).") from error
    return lines


def decode_edited(path: Path) -> tuple[str, str]:
    """Give the text of a file, without a byte-order mark, and the name of its encoding.

    Raises:
        JobError: it is in no encoding that spreadsheets here write.
    """
    data = path.read_bytes()
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        data = data.removeprefix(codecs.BOM_UTF8)
        encodings = _ENCODINGS
    for encoding in encodings:
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise JobError(f"{path} is neither UTF-8 nor GBK. Save it as CSV UTF-8.")
