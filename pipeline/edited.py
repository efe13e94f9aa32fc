"""What users edit in a spreadsheet or by hand: CSV as any of these write it, and YAML."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml  # type: ignore[import-untyped]

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


def read_yaml(path: Path) -> Any:  # noqa: ANN401 - whatever the file holds
    """Read a YAML file, UTF-8 with or without a byte-order mark.

    Raises:
        JobError: it cannot be read, is in another encoding or no YAML, or a key stands twice; the message names the
            line.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
        return yaml.load(text, Loader=_Loader)
    except UnicodeDecodeError as error:
        raise JobError(f"{path} cannot be read: it is not UTF-8. Save it as UTF-8.") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = ", ".join(filter(None, (f"line {mark.line + 1}" if mark else None, error.context, error.problem)))
        raise JobError(f"{path} cannot be read: {said}") from error
    except (OSError, yaml.YAMLError) as error:
        raise JobError(f"{path} cannot be read: {error}") from error


class _Loader(yaml.SafeLoader):  # type: ignore[misc]
    """Refuses a key that stands twice, of which YAML would take the last without a word."""

    def compose_mapping_node(self, anchor: str | None) -> yaml.MappingNode:
        node = super().compose_mapping_node(anchor)
        lines: dict[str, int] = {}
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                line = key.start_mark.line + 1
                if key.value in lines:
                    problem = f"{key.value} stands in line {lines[key.value]} already. Remove one of them."
                    raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark)
                lines[key.value] = line
        return node
