"""What each table and column of a published file means, as the file itself says it.

The descriptions are kept once, in the YAML of the dbt project, and are comments of the published tables and columns,
such as ``中文名。说明 | English name. Explanation | unit: 件 | formula: ...``. This module reads them back, for the
dictionary, the data package and Chinese headers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import duckdb

from pipeline.warehouse import contract

SCHEMAS: Final = ("marts", "landing")
_FACT: Final = re.compile(r"([a-z_]+): (.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Description:
    """A comment taken apart: name and explanation in both languages, and facts such as ``unit`` and ``formula``."""

    label_zh: str
    text_zh: str
    label_en: str
    text_en: str
    facts: dict[str, str]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a published table; ``type`` as DuckDB prints it."""

    name: str
    type: str
    is_key: bool
    description: Description


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a published file."""

    schema: str
    name: str
    description: Description
    columns: list[Column]


class Term(NamedTuple):
    """A term of the law or the forms, and the code that stands for it here (None where none does)."""

    zh: str
    en: str
    code: str | None
    meaning_zh: str
    meaning_en: str
    source: str


def describe(comment: str) -> Description:
    """Take a comment apart; parts that it lacks are empty."""
    zh, en, *rest = [*(part.strip() for part in comment.split(" | ")), ""]
    label_zh, _, text_zh = zh.partition("。")
    label_en, _, text_en = en.partition(". ")
    facts = {match[1]: match[2] for part in rest if (match := _FACT.fullmatch(part))}
    return Description(label_zh, text_zh, label_en.rstrip("."), text_en, facts)


def read_tables(connection: duckdb.DuckDBPyConnection) -> list[Table]:
    """The tables of a published file: first the marts in the order of the contract, then ``landing``."""
    order = {mart: place for place, mart in enumerate(contract.marts())}
    tables = [
        Table(schema, name, describe(comment or ""), list(_columns(connection, schema, name)))
        for schema, name, comment in connection.execute(
            "SELECT schema_name, table_name, comment FROM duckdb_tables() WHERE list_contains(?, schema_name)",
            [list(SCHEMAS)],
        ).fetchall()
    ]
    return sorted(tables, key=lambda t: (SCHEMAS.index(t.schema), order.get(t.name, len(order)), t.name))


@dataclass(frozen=True, slots=True)
class Dictionary:
    """All that a published file says of itself."""

    tables: list[Table]
    terms: list[Term]

    @classmethod
    def read(cls, connection: duckdb.DuckDBPyConnection) -> Dictionary:
        """Read it from a published file."""
        terms = connection.sql("SELECT term_zh, term_en, code, meaning_zh, meaning_en, source FROM marts.glossary")
        return cls(read_tables(connection), [Term(*row) for row in terms.fetchall()])

    def find(self, name: str) -> list[Table]:
        """The tables of this name, with or without its schema; without any, those with such a column, and it alone."""
        tables = [table for table in self.tables if name in (table.name, f"{table.schema}.{table.name}")]
        return tables or [
            replace(table, columns=[column]) for table in self.tables for column in table.columns if column.name == name
        ]

    def names(self) -> list[str]:
        """The names of all tables and columns, each once."""
        names = [name for table in self.tables for name in (table.name, *(column.name for column in table.columns))]
        return list(dict.fromkeys(names))

    def to_markdown(self, names: Sequence[str] = ()) -> Iterator[str]:
        """Lines of Markdown: the whole page, or only the sections of some tables or columns."""
        if names:
            for name in names:
                for table in self.find(name):
                    yield from _section(table)
            return
        yield from _TITLE
        for table in self.tables:
            name, said = f"{table.schema}.{table.name}", table.description
            yield f"- [`{name}`](#{name.replace('.', '')}): {said.label_zh}, {said.label_en}"
        for table in self.tables:
            yield from _section(table)
        yield from ("", "## Terms", "", "The articles are those of the Regulation on Open Government Information")
        yield from ("(政府信息公开条例, revised 2019), where no other source is named.", "")
        yield from ("| term | code | 释义 | meaning | source |", "|---|---|---|---|---|")
        for term in self.terms:
            code = f"`{term.code}`" if term.code else ""
            yield _row(f"**{term.zh}** {term.en}", code, term.meaning_zh, term.meaning_en, term.source)


_TITLE: Final = (
    "# Data dictionary | 数据字典",
    "",
    "What each table and column of `gongkai.duckdb` means, in Chinese and English. The same words are comments in the",
    "file itself (`SELECT * FROM duckdb_columns()`) and stand in `datapackage.json` beside the exports. This page is",
    "made by `make docs` from the file; `gongkai dictionary TABLE` prints a part of it.",
    "",
    "Rates are fractions of one, not percentages. A stock adds up over agencies, not over years.",
    "",
)


def _section(table: Table) -> Iterator[str]:
    said = table.description
    yield from ("", f"## `{table.schema}.{table.name}`", "")
    yield f"**{said.label_zh}**。{said.text_zh}".rstrip("。") + "。"
    yield ""
    yield f"**{said.label_en}**. {said.text_en}".rstrip(". ") + "."
    yield ""
    yield "| column | type | 中文 | English | unit, formula, source |"
    yield "|---|---|---|---|---|"
    for column in table.columns:
        said = column.description
        yield _row(
            f"`{column.name}`" + (" (key)" if column.is_key else ""),
            column.type,
            f"**{said.label_zh}**" + (f"。{said.text_zh}" if said.text_zh else ""),
            f"**{said.label_en}**" + (f". {said.text_en}" if said.text_en else ""),
            "; ".join(f"{name.replace('_', ' ')}: {value}" for name, value in said.facts.items()),
        )


def _columns(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> Iterator[Column]:
    keys = contract.key(table, schema)
    for name, data_type, comment in connection.execute(
        "SELECT column_name, data_type, comment FROM duckdb_columns() "
        "WHERE schema_name = ? AND table_name = ? ORDER BY column_index",
        [schema, table],
    ).fetchall():
        yield Column(name, data_type, name in keys, describe(comment or ""))


def _row(*cells: str) -> str:
    return f"| {' | '.join(' '.join(cell.split()).replace('|', chr(92) + '|') for cell in cells)} |"
