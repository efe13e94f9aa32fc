"""Section 3's table (收到和处理政府信息公开申请): outcomes down the side, applicant types across."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from pipeline.extraction.report import Figure
from pipeline.extraction.tables.columns import request_columns
from pipeline.extraction.tables.current import CurrentTable, Row
from pipeline.extraction.tables.figures import Sets, adrift, has_figure, holds_figure, lost
from pipeline.extraction.tables.placement import FigureRow, figures_of
from pipeline.extraction.tables.tokens import Role, Token
from pipeline.forms.labels import find_labels
from pipeline.forms.registry import REQUEST_GROUPS, REQUEST_ROW_FORMS, REQUESTS

_DIGIT = re.compile(r".*[0-9]", re.DOTALL)
_LABEL = Role.REQUESTS_ROW | Role.COMMON


@dataclass
class _Scope:
    """Rows under one header. ``inherited``: the header stands in an earlier table; its places count only if
    both are grids of one ``width``, else its order alone.
    """

    header: list[Row]
    aligned: bool
    table_index: int
    width: int
    inherited: bool = False
    in_grid: bool = True  # whether the header's places are this table's
    rows: list[FigureRow] = field(default_factory=list)
    unknown: list[Row] = field(default_factory=list)


class RequestsTable:
    """Collects the headers and rows of the requests tables of a document."""

    def __init__(self, current: CurrentTable) -> None:
        self.sets = Sets()
        self._current = current
        self._scopes: list[_Scope] = []
        self._group: str | None = None
        self._adrift: list[Figure] = []

    def add_header(self, row: Row) -> None:
        """A row of the header; the first after rows of figures opens a new scope."""
        self.sets.boundary = True
        scope = self._open_scope()
        if scope is None or scope.rows:
            self._scopes.append(_Scope([row], self._current.aligned, self._current.index, self._current.width))
        else:
            scope.header.append(row)

    def header_open(self) -> bool:
        """Whether the header has begun in this table and no row of figures has come yet."""
        scope = self._open_scope()
        return scope is not None and not scope.inherited and not scope.rows

    def in_table(self) -> bool:
        """Whether a header or rows of the form stand in the current table."""
        scope = self._open_scope()
        return scope is not None and (not scope.inherited or bool(scope.rows))

    def add_row(self, row: Row) -> None:
        """A row with a label of the form; the last of its labels (group, then item) names it."""
        last, code, group = -1, None, None
        for number, token in enumerate(row):
            if token.role & _LABEL:
                last = number
                code = token.codes.get("requests.row")
                group = token.codes.get("requests.group") or group
        self._group = group or self._group
        self._place(row, last, code)

    def add_unknown(self, row: Row, before: Row) -> None:
        """A row of figures without a label of the form: its label may be cut over cells, or over two rows."""
        first = next(number for number, token in enumerate(row) if token.role & Role.FIGURE)
        pieces = _texts(row[:first])
        for texts in (pieces, _texts(before)[-1:] + pieces):
            if pieces and len(texts) > 1:
                codes = [label.code for label in find_labels("".join(texts)) if label.kind == "requests.row"]
                if codes:
                    self._place(row, first - 1, codes[0])
                    return
        if self.in_table() or not self._current.foreign_header:
            self._scope().unknown.append(row)

    def add_sideways(self, row: Row) -> None:
        """A row of a table laid on its side without a grid: nothing in it can be placed."""
        self._adrift.extend(lost((REQUESTS, None, self.sets.number), row, self._current.index, nearly=_DIGIT))

    def _place(self, row: Row, last: int, code: str | None) -> None:
        slots = row[last + 1 :]
        if not slots or (code is None and not has_figure(slots)):
            return
        if code == "other_remaining" and self._group != "other":
            code = None  # 其他 is an outcome under （六）其他处理 only
        self._group = REQUEST_GROUPS.get(code or "", self._group)
        scope = self._scope()
        if code is None or (last >= 0 and holds_figure(row[last])):
            scope.unknown.append(row)
        else:
            scope.rows.append(FigureRow(code, self.sets.enter(code), slots, self._current.index, self._is_whole(row)))

    def _is_whole(self, row: Row) -> bool:
        """Whether a row of a grid has a cell of its own in every place."""
        whole = self._current.aligned and len(row) == self._current.width
        return whole and all(token.cell.row_span == token.cell.column_span == 1 for token in row)

    def _open_scope(self) -> _Scope | None:
        return self._scopes[-1] if self._scopes and self._scopes[-1].table_index == self._current.index else None

    def _scope(self) -> _Scope:
        """The open scope; in a table that goes on without a header, one that inherits the header before it."""
        scope = self._open_scope()
        if scope is None:
            before = self._scopes[-1] if self._scopes and not self._current.foreign_header else None
            current = self._current
            scope = _Scope(before.header if before else [], current.aligned, current.index, current.width, True)
            scope.in_grid = before is not None and before.in_grid and before.aligned and before.width == scope.width
            self._scopes.append(scope)
        return scope

    def finish(self) -> list[Figure]:
        """The figures of all requests tables."""
        figures: list[Figure] = []
        forms = self._forms()
        for scope in self._scopes:
            if not scope.rows and not scope.inherited:
                continue  # a header of applicant types over something else
            columns = request_columns(scope.header, scope.aligned) if scope.header else None
            rows = []
            for row in scope.rows:
                own_form = REQUEST_ROW_FORMS.get(row.code or "")
                form = forms.get(row.table_set)
                if own_form is not None and own_form != form:
                    # （六）其他处理 heads its three rows in the form of 2021 and has no figures of its own there.
                    figures.extend(lost((REQUESTS, form, row.table_set), row.slots, row.table_index))
                elif columns is None:
                    figures.extend(adrift((REQUESTS, form, row.table_set), row.code, row.slots, row.table_index))
                else:
                    rows.append(row)
            if columns is not None:
                columns = columns if scope.in_grid else columns._replace(places=None)
                figures.extend(figures_of(rows, columns, scope.aligned, REQUESTS, forms))
            for unknown in scope.unknown:
                figures.extend(lost((REQUESTS, None, self.sets.number), unknown, scope.table_index))
        return figures + self._adrift

    def _forms(self) -> dict[int, str | None]:
        """The form of each set, by the rows that only one form has."""
        told: dict[int, set[str]] = {}
        for scope in self._scopes:
            for row in scope.rows:
                if (form := REQUEST_ROW_FORMS.get(row.code or "")) is not None:
                    told.setdefault(row.table_set, set()).add(form)
        return {table_set: max(forms) for table_set, forms in told.items()}


def _texts(tokens: Iterable[Token]) -> list[str]:
    return [token.cell.text for token in tokens if token.role & Role.TEXT]
