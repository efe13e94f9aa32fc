"""A view's query: an SQL file, what is put into it, and its text as a person can paste it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from textwrap import indent
from typing import Final

_QUERIES: Final = Path(__file__).parent / "queries"

_IDENTIFIER: Final = re.compile(r"[a-z][a-z0-9_]*")
_TOKEN: Final = re.compile(
    r"'(?:[^']|'')*'"  # text
    r'|"(?:[^"]|"")*"'  # a quoted name
    r"|--[^\n]*"  # a comment
    r"|\$(?P<parameter>[a-z][a-z0-9_]*)"
    r"|\{(?P<choice>[a-z][a-z0-9_]*)\}"
)
_PART: Final = re.compile(r"^(?P<indent> *)(?P<before>.*?)\{(?P<file>[a-z][a-z0-9_]*\.sql)\}", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Query:
    """A query of ``queries/NAME.sql``.

    ``$name`` in the file is a parameter. ``{name}`` is a choice among names of columns or key words, which a parameter
    cannot be: the view picks it from what it knows, never from what a request says. ``{name.sql}`` is what several
    queries have in common: the text of ``queries/parts/name.sql`` stands there. ``whole`` are the parameters of the CSV
    where these are others, as where a page shows fifty lines and the CSV gives all.
    """

    name: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)
    whole: Mapping[str, object] = field(default_factory=dict)

    def text(self) -> str:
        """The statement with its choices, as DuckDB gets it.

        Raises:
            ValueError: a choice is no plain name.
        """
        return _fill(read_statement(self.name), {}, self.choices)

    def pasteable(self) -> str:
        """The statement with all values written in; it gives what the CSV gives."""
        return _fill(read_statement(self.name), {**self.parameters, **self.whole}, self.choices)


@cache
def read_statement(name: str) -> str:
    """The text of ``queries/NAME.sql``, with its parts, as if it were written in one.

    Raises:
        FileNotFoundError: there is no such file, or a part that it names is none.
    """

    def put(match: re.Match[str]) -> str:
        part = (_QUERIES / "parts" / match["file"]).read_text(encoding="utf-8").strip()
        return match["indent"] + match["before"] + indent(part, match["indent"]).lstrip(" ")

    return _PART.sub(put, (_QUERIES / f"{name}.sql").read_text(encoding="utf-8").strip())


def _fill(text: str, parameters: Mapping[str, object], choices: Mapping[str, str]) -> str:
    def put(match: re.Match[str]) -> str:
        parameter, choice = match["parameter"], match["choice"]
        if parameter in parameters:
            return literal(parameters[parameter])
        if choice:
            if not _IDENTIFIER.fullmatch(choices[choice]):
                raise ValueError(f"{choices[choice]!r} is no name of a column")
            return choices[choice]
        return match[0]

    return _TOKEN.sub(put, text)


def literal(value: object) -> str:
    """A value as DuckDB reads it in a statement.

    Raises:
        TypeError: no literal is known for its type.
    """
    match value:
        case None:
            return "NULL"
        case bool():
            return "true" if value else "false"
        case int() | float() | Decimal():
            return str(value)
        case str():
            return "'" + value.replace("'", "''") + "'"
        case datetime():
            return f"TIMESTAMP '{value.isoformat(sep=' ')}'"
        case date():
            return f"DATE '{value.isoformat()}'"
        case dict():
            return "{" + ", ".join(f"{literal(key)}: {literal(one)}" for key, one in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(literal(one) for one in value) + "]"
    raise TypeError(f"no literal for {type(value).__name__}")
