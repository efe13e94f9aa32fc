"""What a query came to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """Columns and rows of a query on one build; ``is_cut`` where there are more rows than it was given.

    Values are null, truth values, numbers and text; ``numeric`` says of each column whether it holds numbers.
    """

    columns: list[str]
    types: list[str]
    numeric: list[bool]
    rows: list[list[Any]]
    is_cut: bool
    build_id: str
    seconds: float


class Refused(Exception):  # noqa: N818 - what became of a query
    """A query that has no answer: refused before it began, stopped, or wrong.

    ``code`` is one of `CODES`; ``detail`` what it is about, such as the name of a function or what DuckDB says.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code, self.detail = code, detail


CODES = {
    "empty": "there is no query",
    "too_long": "it has too many characters",
    "several": "more than one statement",
    "not_select": "a statement that is no SELECT",
    "function": "a function that reaches beyond the published file",
    "outside": "DuckDB refuses what reaches beyond the published file, or would change it",
    "wrong": "DuckDB does not understand it, or it fails on a value",
    "time": "it took too long and was stopped",
    "memory": "it took too much memory and was stopped",
    "disk": "it took too much temporary disk and was stopped",
    "large": "the answer is too large",
    "busy": "too many queries are under way",
    "died": "the process of the query ended by itself",
    "unpublished": "nothing is published that could be asked",
}
"""What became of queries without an answer."""
