"""The one way from SQL to a page.

A view names its queries and its template. All queries of a request run on one connection, so on one build, in a thread
of their own. Each is a table that the template gets (``tables.NAME``), that can be fetched as CSV
(``?format=csv&table=NAME``) and that shows its SQL (macro ``source``).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote, urlencode

import anyio
import duckdb
import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse

from pipeline.explorer.kept import KeptPages
from pipeline.explorer.language import Words, language_of, words
from pipeline.explorer.published import BuildSeen, Published
from pipeline.explorer.statement import Query
from pipeline.explorer.words import TextIndex
from pipeline.workspace import Workspace

Row = dict[str, Any]

_FETCHED: Final = 5_000
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet runs text that begins so as a formula, and this text comes from whoever wrote a report."""


@dataclass(frozen=True, slots=True)
class Explorer:
    """What all pages share; ``request.app.state.explorer``."""

    workspace: Workspace
    published: Published
    templates: jinja2.Environment
    limiter: anyio.CapacityLimiter
    index: TextIndex
    kept: KeptPages
    review: bool = False


class NotThere(Exception):  # noqa: N818 - an answer, not a fault
    """There is no such page; ``key`` is the text that says what to do, with its values."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


@dataclass(frozen=True, slots=True)
class Table:
    """The answer to one query: rows by column name, the statement ready to paste, the address of its CSV."""

    name: str
    columns: tuple[str, ...]
    rows: list[Row]
    sql: str
    csv: str

    def __bool__(self) -> bool:
        """Whether it has any row."""
        return bool(self.rows)

    def __iter__(self) -> Iterator[Row]:
        """Its rows."""
        return iter(self.rows)

    def __len__(self) -> int:
        """How many rows it has."""
        return len(self.rows)

    @property
    def first(self) -> Row:
        """The first row.

        Raises:
            IndexError: there is none.
        """
        return self.rows[0]


class _Wanted(Exception):  # noqa: N818 - ends the look: its table is the whole answer
    def __init__(self, query: Query) -> None:
        super().__init__(query.name)
        self.query = query


@dataclass(slots=True)
class Look:
    """One request's look at one build: runs queries, keeps their tables. Used in a worker thread.

    ``passing``: the page shows what is not of the build, such as work under way, and must be made anew for the next.
    """

    request: Request
    build: BuildSeen
    connection: duckdb.DuckDBPyConnection
    t: Words
    wanted: str | None = None
    tables: dict[str, Table] = field(default_factory=dict)
    passing: bool = False

    def table(self, name: str, query: Query) -> Table:
        """Run a query; the template gets it as ``tables.NAME``."""
        if name == self.wanted:
            raise _Wanted(query)
        cursor = self.connection.execute(query.text(), dict(query.parameters))
        columns = tuple(column[0] for column in cursor.description or ())
        rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
        address = here(self.request, format="csv", table=name)
        self.tables[name] = Table(name, columns, rows, query.pasteable(), address)
        return self.tables[name]


Then = Callable[[Look], Mapping[str, object]]


async def page(
    request: Request,
    template: str,
    queries: Mapping[str, Query] | None = None,
    then: Then | None = None,
    *,
    status: int = 200,
    **context: object,
) -> Response:
    """Answer a request by a template over the answers to its queries.

    The page is kept for the next who asks for it, of the same build and in the same language, unless people may judge
    findings here, or ``then`` says that it is ``passing``: so it has to be made of the address and the build alone.

    Args:
        request: the request.
        template: its file in ``templates/``.
        queries: run in this order; the template finds them in ``tables``.
        then: called in the worker thread when they are done; may run more queries (``look.table``), gives more
            context, raises `NotThere` where the page does not exist.
        status: of the answer.
        context: what else the template needs.

    Raises:
        NotThere: the page does not exist; the application answers with 404.
        JobError: nothing is published.
    """
    explorer: Explorer = request.app.state.explorer
    wanted = request.query_params.get("table", "") if request.query_params.get("format") == "csv" else None

    def work() -> Response:
        with explorer.published.reading() as (build, connection):
            language = language_of(request)
            key = (build.build_id, language, str(request.url))
            if not explorer.review and (made := explorer.kept.get(key)) is not None:
                return HTMLResponse(made)
            look = Look(request, build, connection, words(language), wanted)
            try:
                for name, query in (queries or {}).items():
                    look.table(name, query)
                more = dict(then(look)) if then else {}
            except _Wanted as asked:
                return _csv(explorer, request, asked.query)
            if wanted is not None:
                raise NotThere("error.no_table", name=wanted)
            text = render(request, template, build=build, tables=look.tables, **context, **more).encode()
        if status == 200 and not explorer.review and not look.passing:
            explorer.kept.put(key, text)
        return HTMLResponse(text, status)

    return await anyio.to_thread.run_sync(work, limiter=explorer.limiter)


def render(request: Request, template: str, **context: object) -> str:
    """Fill in a template, in the language of the request.

    It gets what `base.html` needs: ``t`` (words), ``lang``, ``here`` (this address, partly changed), ``review``.
    """
    explorer: Explorer = request.app.state.explorer
    language = language_of(request)
    return explorer.templates.get_template(template).render(
        {
            "request": request,
            "t": words(language),
            "lang": language,
            "here": lambda **changes: here(request, **changes),
            "review": explorer.review,
            "build": None,
            **context,
        }
    )


def here(request: Request, **changes: object) -> str:
    """The address of a request with parts of its query changed; None takes a part out."""
    pairs = [(key, value) for key, value in request.query_params.multi_items() if key not in changes]
    pairs += [(key, str(value)) for key, value in changes.items() if value is not None]
    path = quote(request.url.path, safe="/:@!$&'()*+,;=~-._")
    return f"{path}?{urlencode(pairs)}" if pairs else path


def _csv(explorer: Explorer, request: Request, query: Query) -> Response:
    """The whole table as CSV, read as it is sent: UTF-8 with BOM, empty for null."""

    def lines() -> Iterator[str]:
        with explorer.published.reading() as (_, connection):
            cursor = connection.execute(query.text(), {**query.parameters, **query.whole})
            text = io.StringIO()
            writer = csv.writer(text, lineterminator="\r\n")
            text.write("\ufeff")
            writer.writerow([column[0] for column in cursor.description or ()])
            while rows := cursor.fetchmany(_FETCHED):
                writer.writerows([csv_cell(value) for value in row] for row in rows)
                yield text.getvalue()
                text.seek(0)
                text.truncate()
            yield text.getvalue()

    name = quote(f"{query.name}.csv")
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{name}"}
    return StreamingResponse(lines(), media_type="text/csv; charset=utf-8", headers=headers)


def plain(value: object) -> object:
    """A value as people write it: a decimal without zeros behind the point that nobody printed."""
    if not isinstance(value, Decimal):
        return value
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def csv_cell(value: object) -> object:
    """A value as it stands in a CSV: plain digits, no text that a spreadsheet would run."""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    return plain(value)
