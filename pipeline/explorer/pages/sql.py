"""The console: any query on the published file, as a table, a chart and CSV, at an address that can be shared."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, get_args
from urllib.parse import urlencode

import anyio
import duckdb
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline.console import CSV, PAGE, Answer, Console, Refused
from pipeline.console.cookbook import Question, questions
from pipeline.console.processes import PLACES, WAITING
from pipeline.explorer.charts import Kind, Shown, plot
from pipeline.explorer.language import language_of
from pipeline.explorer.page import Explorer, Look, csv_cell, here, page
from pipeline.explorer.statement import Query
from pipeline.warehouse.hints import hint

_KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
_STATUS: Final = {"busy": 503, "unpublished": 503, "elsewhere": 403}
_TRIES: Final = 2
"""How often a query is done again since another build has been published meanwhile."""
_SHOWN: Final = 400
"""Characters of a value on the page; the CSV has it whole."""
_PAGES: Final = {
    "agency_id": "/agency/",
    "document_id": "/report/",
    "report_document_id": "/report/",
    "finding_id": "/finding/",
}
"""Columns whose values have pages."""


@dataclass(frozen=True, slots=True)
class _Asking:
    """The console of an application, and the threads in which its queries are waited for: none of the pages'.

    ``kept`` are the answers to questions of the cookbook: a build never changes, so each is answered once a build.
    """

    console: Console
    limiter: anyio.CapacityLimiter
    kept: dict[str, Answer]


class _Published(Exception):  # noqa: N818 - something to be done again
    """A build was published between the answer and its page."""


async def sql(request: Request) -> Response:
    """The answer to the query ``q``, as a page or (``format=csv``) as a file."""
    for _ in range(_TRIES):
        try:
            return await _answer(request, last=False)
        except _Published:
            continue
    return await _answer(request, last=True)


async def _answer(request: Request, *, last: bool) -> Response:
    """The answer; where it is not the ``last`` one that is tried, of the same build as the page around it.

    Raises:
        _Published: it is of another build.
    """
    query = request.query_params.get("q", "")
    as_csv = request.query_params.get("format") == "csv" and "table" not in request.query_params
    answer: Answer | None = None
    refused: Refused | None = None
    if query.strip():
        try:
            answer = await _ask(request, query, as_csv)
        except Refused as error:
            refused = error
        else:
            if as_csv:
                return _csv(answer)

    request = _without(request, "format") if as_csv else request  # the file is refused by a page

    def then(look: Look) -> Mapping[str, object]:
        look.passing = True  # what a query comes to depends on who asks, and on the machine
        if answer and answer.build_id != look.build.build_id and not last:
            raise _Published
        told = hint(look.connection, duckdb.Error(refused.detail)) if refused and refused.code == "wrong" else None
        return {"hint": told}

    return await page(
        request,
        "sql.html",
        {"tables": Query("sql_tables")},
        then,
        status=_STATUS.get(refused.code, 400) if refused else 200,
        query=query,
        answer=answer,
        refused=refused,
        limits=PAGE,
        csv_rows=CSV.rows,
        csv_address=here(request, format="csv", chart=None, x=None, y=None),
        kinds=_KINDS,
        chart=_chart(request, answer) if answer and answer.rows else None,
        chosen={name: request.query_params.get(name, "") for name in ("chart", "x", "y")},
        cookbook=_cookbook(),
        address_of=_address_of,
        page_of=_page_of,
        shown=_SHOWN,
    )


async def _ask(request: Request, query: str, as_csv: bool) -> Answer:
    # Another site may send people here by a link, but not have its own pages ask.
    if request.headers.get("sec-fetch-site") == "cross-site" and request.headers.get("sec-fetch-mode") != "navigate":
        raise Refused("elsewhere")
    asking = _asking(request)
    explorer: Explorer = request.app.state.explorer

    def ask() -> Answer:
        kept = None if as_csv else asking.kept.get(query)
        if kept and kept.build_id == explorer.published.seen().build_id:
            return kept
        answer = asking.console.ask(query, CSV if as_csv else PAGE)
        if not as_csv and any(query == question.sql for question in questions()):
            asking.kept[query] = answer
        return answer

    answer = await anyio.to_thread.run_sync(ask, limiter=asking.limiter)
    if as_csv and answer.is_cut:  # a file says nowhere that rows are missing
        raise Refused("rows", f"{CSV.rows:,}")
    return answer


def _without(request: Request, name: str) -> Request:
    """A request whose query has not that part."""
    pairs = [(key, value) for key, value in request.query_params.multi_items() if key != name]
    return Request({**request.scope, "query_string": urlencode(pairs).encode()})


def _asking(request: Request) -> _Asking:
    state = request.app.state
    if not hasattr(state, "asking"):
        explorer: Explorer = state.explorer
        state.asking = _Asking(Console(explorer.workspace), anyio.CapacityLimiter(PLACES + WAITING), {})
    asking: _Asking = state.asking
    return asking


def _csv(answer: Answer) -> Response:
    text = io.StringIO()
    text.write("\ufeff")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([csv_cell(name) for name in answer.columns])
    writer.writerows(
        # A number too long for JSON is text here, and no formula.
        [value if is_numeric else csv_cell(value) for value, is_numeric in zip(row, answer.numeric, strict=True)]
        for row in answer.rows
    )
    headers = {"content-disposition": 'attachment; filename="gongkai.csv"'}
    return Response(text.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _chart(request: Request, answer: Answer) -> Shown | None:
    """The chart that is asked for, if the answer has its columns, each once, and the upright one holds numbers."""
    wanted, x, y = (request.query_params.get(name, "") for name in ("chart", "x", "y"))
    kind = next((kind for kind in _KINDS if kind == wanted), None)
    numeric = {name for name, is_numeric in zip(answer.columns, answer.numeric, strict=True) if is_numeric}
    if kind is None or y not in numeric or any(answer.columns.count(name) != 1 for name in (x, y)):
        return None
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    return plot(rows, kind, x, y, language_of(request))


def _cookbook() -> dict[str, list[Question]]:
    """The questions by their groups, which are named in English."""
    groups: dict[str, list[Question]] = {}
    for question in questions():
        groups.setdefault(question.group_en, []).append(question)
    return groups


def _address_of(question: Question) -> str:
    asked = {"q": question.sql, "chart": question.chart, "x": question.x, "y": question.y}
    return "/sql?" + urlencode({name: value for name, value in asked.items() if value})


def _page_of(columns: Sequence[str], index: int, value: Any) -> str | None:  # noqa: ANN401 - any value of an answer
    """Where the page of a value lies, None if it has none; the template escapes the value."""
    return _PAGES.get(columns[index]) if isinstance(value, str) else None


ROUTES = [Route("/sql", sql)]
