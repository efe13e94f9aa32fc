"""The tables of a report as their forms print them: each place with what is printed there, in which state.

Order and labels come from the forms' own files (`pipeline.forms`). Nothing is put right: a place that is printed twice
has two figures, a figure without a place stands in a list of its own, and a sum that does not hold says so.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from itertools import groupby
from typing import Any, Final, Literal, NamedTuple

from pipeline.explorer.originals.drawn import cell_id
from pipeline.forms.registry import DISCLOSURE, LITIGATION, REQUESTS, STATISTICS, STATISTICS_COLUMN
from pipeline.forms.registry import read_table as read_form
from pipeline.forms.sums import SUMS, Sum

SumState = Literal["holds", "breaks", "unjudged"]
_TABLES: Final = (DISCLOSURE, REQUESTS, LITIGATION, STATISTICS)
_NEWEST: Final = "2021"
_RELATION: Final = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
_ROOT: Final = 12
"""Digits of a document's identity in the address of a cell."""


class Finding(NamedTuple):
    """A finding that a figure is part of."""

    finding_id: str
    rule_code: str
    severity: str


@dataclass(slots=True)
class Figure:
    """A figure as printed; ``key`` leads to it in the address of its report, ``identity`` in its document."""

    key: str
    raw_text: str
    value: Decimal | None
    unit: str | None
    state: str
    printed_in: str
    identity: str
    page: int | None
    row_code: str | None
    column_code: str | None
    findings: list[Finding] = field(default_factory=list)
    statements: list[int] = field(default_factory=list)
    confidence: float | None = None

    @property
    def severity(self) -> str | None:
        """The gravest of its findings."""
        graven = {finding.severity for finding in self.findings}
        return next((severity for severity in ("error", "warning", "note") if severity in graven), None)


class Heading(NamedTuple):
    """A printed label, and how far it reaches."""

    text: str
    row_span: int = 1
    column_span: int = 1


class Slot(NamedTuple):
    """A place of the form: the figures that are printed there, mostly one; none if it is not printed at all."""

    figures: list[Figure]
    column_span: int = 1


class Check(NamedTuple):
    """A sum of the form in one line: what its two sides print."""

    rule_code: str
    state: SumState
    left: Decimal | None
    right: Decimal | None
    column_span: int = 1


class Line(NamedTuple):
    """A row: its labels, its places, the sums of the form across it. A line of labels alone is a header."""

    headings: list[Heading]
    slots: list[Slot]
    checks: list[Check]


class Foot(NamedTuple):
    """A sum of the form down the table, for each of its columns."""

    rule_code: str
    checks: list[Check]


@dataclass(slots=True)
class Printed:
    """One printing of a table of the form. ``label_columns`` are those of its labels."""

    code: str
    form: str | None
    table_set: int
    printed_in: str
    label_columns: int
    head: list[list[Heading]]
    lines: list[Line]
    feet: list[Foot]
    unplaced: list[Figure]

    @property
    def has_checks(self) -> bool:
        """Whether a column for sums across is needed."""
        return any(line.checks for line in self.lines)


def lay_out(cells: Iterable[Mapping[str, Any]], findings: Iterable[Mapping[str, Any]]) -> list[Printed]:
    """The printed tables of a report.

    Args:
        cells: rows of ``landing.cells`` of all its parts, the first part first, ``document_id`` as ``printed_in``.
        findings: rows of ``marts.finding``, ``cells`` as text.
    """
    involved = _involved(findings)
    seen: set[str] = set()
    printings: dict[tuple[str, str, int], list[tuple[str | None, Figure]]] = defaultdict(list)
    for cell in cells:
        figure = _figure(cell, involved, seen)
        printings[cell["printed_in"], cell["table_code"], cell["table_set"]].append((cell["form"], figure))
    parts = list(dict.fromkeys(part for part, _, _ in printings))
    ordered = sorted(printings, key=lambda key: (parts.index(key[0]), key[2], _TABLES.index(key[1])))
    return [_print(*key, printings[key]) for key in ordered]


def figures_of(tables: Iterable[Printed]) -> Iterator[Figure]:
    """All figures of printed tables."""
    for table in tables:
        for line in table.lines:
            for slot in line.slots:
                yield from slot.figures
        yield from table.unplaced


def cell_key(cell: Mapping[str, Any]) -> str:
    """What leads to a figure in the address of its report (``?cell=``), by a cell of ``marts.finding.cells``."""
    if cell.get("row_code") and cell.get("column_code"):
        return f"{cell['table_code']}-{cell['table_set']}-{cell['row_code']}-{cell['column_code']}"
    return _place_key(cell["document_id"], cell)


def find(tables: Iterable[Printed], key: str) -> Figure | None:
    """The figure that ``?cell=`` leads to: by its codes, or by its place."""
    for figure in figures_of(tables):
        if key in (figure.key, f"at-{figure.printed_in[:_ROOT]}-{figure.identity.removeprefix('c-')}"):
            return figure
    return None


def _place_key(document_id: str, cell: Mapping[str, Any]) -> str:
    place = cell_id(cell["table_index"], cell["row_index"], cell["column_index"]).removeprefix("c-")
    return f"at-{document_id[:_ROOT]}-{place}"


def _involved(findings: Iterable[Mapping[str, Any]]) -> Mapping[tuple[str, str], list[Finding]]:
    """Findings by the document and the place of each cell that they name."""
    involved: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for row in findings:
        finding = Finding(row["finding_id"], row["rule_code"], row["severity"])
        for cell in json.loads(row["cells"]):
            if cell.get("table_index") is None:
                continue
            place = cell_id(cell["table_index"], cell["row_index"], cell["column_index"])
            if finding not in involved[cell["document_id"], place]:
                involved[cell["document_id"], place].append(finding)
    return involved


def _figure(cell: Mapping[str, Any], involved: Mapping[tuple[str, str], list[Finding]], seen: set[str]) -> Figure:
    document_id = cell["printed_in"]
    identity = cell_id(cell["table_index"], cell["row_index"], cell["column_index"])
    key = cell_key({**cell, "document_id": document_id})
    if key in seen:  # printed twice, or in another part as well
        key = _place_key(document_id, cell)
    seen.add(key)
    return Figure(
        key,
        cell["raw_text"],
        cell["value"],
        cell["unit"],
        cell["status"],
        document_id,
        identity,
        cell["page"],
        cell["row_code"],
        cell["column_code"],
        list(involved.get((document_id, identity), ())),
        confidence=cell["confidence"],
    )


def _print(printed_in: str, code: str, table_set: int, found: Sequence[tuple[str | None, Figure]]) -> Printed:
    forms = Counter(form for form, _ in found if form)
    form = forms.most_common(1)[0][0] if forms else None
    by_place: dict[tuple[str, str], list[Figure]] = defaultdict(list)
    unplaced = []
    for _, figure in found:
        if figure.row_code and figure.column_code and figure.state != "unplaced":
            by_place[figure.row_code, figure.column_code].append(figure)
        else:
            unplaced.append(figure)
    places = _Places(by_place)
    lay = {DISCLOSURE: _disclosure, REQUESTS: _requests, LITIGATION: _litigation, STATISTICS: _statistics}[code]
    label_columns, head, lines, feet = lay(form or _NEWEST, places)
    unplaced += [figure for figures in places.left() for figure in figures]
    return Printed(code, form, table_set, printed_in, label_columns, head, lines, feet, unplaced)


class _Places:
    """The figures of one printing by their codes; what the form does not have stays behind."""

    def __init__(self, figures: dict[tuple[str, str], list[Figure]]) -> None:
        self._figures = figures
        self._taken: set[tuple[str, str]] = set()

    def slot(self, row: str, column: str, column_span: int = 1) -> Slot:
        self._taken.add((row, column))
        return Slot(self._figures.get((row, column), []), column_span)

    def left(self) -> list[list[Figure]]:
        return [figures for place, figures in self._figures.items() if place not in self._taken]

    def check(self, rule: Sum, line: str, column_span: int = 1) -> Check:
        """A sum in one line: the row or the column named ``line``.

        It holds where both sides are printed and equal, and breaks where the warehouse has a finding that says so: what
        is in doubt is judged there, and nowhere else. A place that is printed twice counts once, if both agree.
        """
        sides = [
            [self._figures.get(self._at(rule, code, line), []) for code in codes] for codes in (rule.left, rule.right)
        ]
        figures = [figure for side in sides for place in side for figure in place]
        left, right = (
            sum(values, Decimal())
            if (values := [f.value for place in side for f in place[:1] if f.value is not None])
            else None
            for side in sides
        )
        broken = any(finding.rule_code == rule.rule_code for figure in figures for finding in figure.findings)
        doubtful = any(figure.state == "unreadable" for figure in figures) or any(
            len({figure.value for figure in place}) > 1 for side in sides for place in side
        )
        state: SumState = "unjudged"
        if broken and left != right:
            state = "breaks"
        elif left is not None and left == right and not doubtful and not broken:
            state = "holds"
        return Check(rule.rule_code, state, left, right, column_span)

    @staticmethod
    def _at(rule: Sum, code: str, line: str) -> tuple[str, str]:
        return (code, line) if rule.along == "row" else (line, code)


_Layout = tuple[int, list[list[Heading]], list[Line], list[Foot]]


@cache
def _form(name: str) -> list[dict[str, str]]:
    return read_form(name)


@cache
def _rules(table: str, along: str) -> list[Sum]:
    return [rule for rule in SUMS if rule.table_code == table and rule.along == along]


def _disclosure(form: str, places: _Places) -> _Layout:
    """For each article its name, a header and rows; the last of the columns is as wide as is left."""
    rows = [row for row in _form("disclosure_cells.csv") if row["form"] == form]
    widest = max(len({row["column_code"] for row in rows if row["article"] == one["article"]}) for one in rows)
    lines = []
    for article, group in groupby(rows, key=lambda row: row["article"]):
        own = list(group)
        columns = {row["column_code"]: row["column_label"] for row in own}
        widths = dict.fromkeys(columns, 1)
        widths[list(columns)[-1]] += widest - len(columns)
        lines.append(Line([Heading(article, 1, widest + 1)], [], []))
        heads = [Heading(label, 1, widths[column]) for column, label in columns.items()]
        lines.append(Line([Heading("信息内容"), *heads], [], []))
        for code, label in {row["row_code"]: row["row_label"] for row in own}.items():
            lines.append(Line([Heading(label)], [places.slot(code, column, widths[column]) for column in columns], []))
    return 1, [], lines, []


def _requests(form: str, places: _Places) -> _Layout:
    columns = _form("requests_columns.csv")
    codes = [column["column_code"] for column in columns]
    under = [column for column in columns if column["parent_code"]]
    head = [
        [Heading(_RELATION, 3, 3), Heading("申请人情况", 1, len(columns))],
        [
            Heading(columns[0]["label"], 2),
            Heading("法人或其他组织", 1, len(under)),
            Heading(columns[-1]["label"], 2),
        ],
        [Heading(column["label"]) for column in under],
    ]
    rows = [row for row in _form("requests_rows.csv") if row[f"label_{form}"]]
    results = [row for row in rows if row["kind"] != "intake"]
    sizes = Counter(row["parent_code"] for row in results)
    lines = []
    for row in rows:
        headings, label = [], row[f"label_{form}"]
        if row["kind"] == "intake":
            headings.append(Heading(label, 1, 3))
        else:
            if row is results[0]:
                headings.append(Heading("三、本年度办理结果", len(results)))
            group, _, item = label.partition(" ")
            if item:
                headings += [Heading(group, sizes[row["parent_code"]]), Heading(item)]
            elif label.startswith("（"):
                headings.append(Heading(label, 1, 2))
            else:
                headings.append(Heading(label))
        slots = [places.slot(row["row_code"], code) for code in codes]
        checks = [places.check(rule, row["row_code"]) for rule in _rules(REQUESTS, "column")]
        lines.append(Line(headings, slots, checks))
    feet = [Foot(rule.rule_code, [places.check(rule, code) for code in codes]) for rule in _rules(REQUESTS, "row")]
    return 3, head, lines, feet


def _litigation(_: str, places: _Places) -> _Layout:
    columns = _form("litigation_columns.csv")
    venues = {row["venue_code"]: row["venue_label"] for row in columns}
    results = {venue: [row for row in columns if row["venue_code"] == venue] for venue in venues}
    suits = {venue: label.split(" / ") for venue, label in venues.items() if " / " in label}
    plain = [venue for venue in venues if venue not in suits]
    head = [
        [
            *(Heading(venues[venue], 1, len(results[venue])) for venue in plain),
            Heading(next(iter(suits.values()))[0], 1, sum(len(results[venue]) for venue in suits)),
        ],
        [
            *(Heading(row["result_label"], 2) for venue in plain for row in results[venue]),
            *(Heading(label[1], 1, len(results[venue])) for venue, label in suits.items()),
        ],
        [Heading(row["result_label"]) for venue in suits for row in results[venue]],
    ]
    slots = [places.slot(row["venue_code"], row["result_code"]) for row in columns]
    feet = [
        Foot(rule.rule_code, [places.check(rule, venue, len(results[venue])) for venue in venues])
        for rule in _rules(LITIGATION, "column")
    ]
    return 0, head, [Line([], slots, [])], feet


def _statistics(_: str, places: _Places) -> _Layout:
    """The annex of 2014 to 2018: an indicator a row; its sums stand beside the total that they make."""
    rules = {code: rule for rule in _rules(STATISTICS, "row") for code in rule.right if len(rule.right) == 1}
    lines = []
    for row in _form("statistics_2014.csv"):
        code = row["row_code"]
        checks = [places.check(rules[code], STATISTICS_COLUMN)] if code in rules else []
        lines.append(
            Line([Heading(row["label"]), Heading(row["unit"])], [places.slot(code, STATISTICS_COLUMN)], checks)
        )
    return 2, [[Heading("指标"), Heading("单位"), Heading("数值")]], lines, []
