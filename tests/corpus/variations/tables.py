"""How tables are built: headers, rows, columns, splits, and more than one set of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise

from tests.corpus.draft import Draft
from tests.corpus.grid import Box, Grid, lay_out
from tests.corpus.report import Text, form_rows
from tests.corpus.variations.registry import variation

Cells = list[list[tuple[Box, int, int]]]
Lay = Callable[[list[str], dict[tuple[str, str], Box]], Cells]


def _only(draft: Draft, code: str) -> Grid:
    return draft.grids(code)[0]


def _boundaries(grid: Grid) -> list[int]:
    """The rows before which a row can be inserted: those of figures, and the end."""
    return list(range(grid.header_rows + 1, len(grid.rows) + 1))


def _drop_row(draft: Draft, grid: Grid, r: int) -> None:
    for box in grid.rows.pop(r):
        if box.slot:
            draft.truth.pop(box.slot, None)


def _by_article(grid: Grid) -> list[int]:
    """The rows of the disclosure table at which an article begins."""
    return [r for r, row in enumerate(grid.rows) if row[0] is row[-1] and row[0].role == "header"]


# Litigation and disclosure, laid out otherwise


def _relay_litigation(draft: Draft, lay: Lay) -> None:
    grid = _only(draft, "litigation")
    figures = {(b.slot.row, b.slot.column): b for b in grid.boxes() if b.slot}
    grid.rows = lay_out(lay(list(RESULTS.values()), figures))


@variation("litigation")
def litigation_header_of_two_rows(draft: Draft) -> None:
    """The three venues side by side over their results."""

    def lay(results: list[str], figures: dict[tuple[str, str], Box]) -> Cells:
        venues = ("行政复议", "未经复议直接起诉", "复议后起诉")
        return [
            [(Box(venue, "header"), 1, 5) for venue in venues],
            [(Box(result, "header"), 1, 1) for _ in venues for result in results],
            [(box, 1, 1) for box in figures.values()],
        ]

    _relay_litigation(draft, lay)
    _only(draft, "litigation").header_rows = 2


@variation("litigation", certain="", doubtful="html cells rows")
def litigation_header_of_one_row(draft: Draft) -> None:
    """Venue and result in one cell."""

    def lay(results: list[str], figures: dict[tuple[str, str], Box]) -> Cells:
        venues = ("行政复议", "未经复议直接起诉", "复议后起诉")
        return [
            [(Box(venue + result, "header"), 1, 1) for venue in venues for result in results],
            [(box, 1, 1) for box in figures.values()],
        ]

    _relay_litigation(draft, lay)
    _only(draft, "litigation").header_rows = 1


@variation("litigation blank", certain="html", doubtful="cells rows")
def litigation_vertical(draft: Draft) -> None:
    """Laid on its side: a row a result."""
    _only(draft, "litigation").transpose()


@variation("litigation", certain="html", doubtful="cells rows")
def litigation_a_row_a_venue(draft: Draft) -> None:
    """A row a venue, a column a result."""

    def lay(results: list[str], figures: dict[tuple[str, str], Box]) -> Cells:
        rows = [[(Box("", "header"), 1, 2), *((Box(text, "header"), 1, 1) for text in results)]]
        for venue, code in (
            ("行政复议", "reconsideration"),
            ("未经复议直接起诉", "litigation_direct"),
            ("复议后起诉", "litigation_after_reconsideration"),
        ):
            cells = [(figures[code, result], 1, 1) for result in RESULTS]
            if venue == "行政复议":
                rows.append([(Box(venue, "label"), 1, 2), *cells])
            else:
                suits = [(Box("行政诉讼", "label"), 2, 1)] if venue == "未经复议直接起诉" else []
                rows.append([*suits, (Box(venue, "label"), 1, 1), *cells])
        return rows

    _relay_litigation(draft, lay)
    _only(draft, "litigation").header_rows = 1


@variation("litigation", certain="html", doubtful="cells rows")
def litigation_results_in_other_order(draft: Draft) -> None:
    """The results in another order in each venue."""
    grid = _only(draft, "litigation")
    orders = [[v * 5 + i for i in draft.rng.sample(range(5), 5)] for v in range(3)]
    order = [c for venue in orders for c in venue]
    grid.rows = [[row[c] for c in order] for row in grid.rows]


@variation("litigation", certain="html", doubtful="cells rows")
def litigation_label_column(draft: Draft) -> None:
    """A first column that names the figures."""
    grid = _only(draft, "litigation")
    corner = Box("项目", "header")
    grid.insert_column(0, [corner, corner, corner, Box("件数", "label")])
    grid.label_columns = 1


@variation("disclosure")
def disclosure_unit_in_header(draft: Draft) -> None:
    """The unit behind the header's label."""
    for box in _only(draft, "disclosure").boxes():
        if box.role == "header" and box.text.startswith(("采购总金额", "本年收费金额")):
            unit = draft.rng.choice(("万元", "元"))
            label = re.sub(r"[（(﹙].*", "", box.text)
            box.text = label + draft.rng.choice(("（{}）", "({})", "（单位：{}）", "(单位:{})")).format(unit)
            for slot in [s for s in draft.truth if s.column in ("amount", "amount_10k_yuan")]:
                mark = draft.truth[slot]
                printed = mark.raw.strip().endswith("元")
                if mark.status == "number" and not printed:
                    draft.truth[slot] = mark._replace(unit=unit)


@variation("disclosure", certain="html", doubtful="cells rows")
def disclosure_article_column(draft: Draft) -> None:
    """The articles in a first column instead of rows."""
    grid = _only(draft, "disclosure")
    starts = [*_by_article(grid), len(grid.rows)]
    rows: list[list[Box]] = []
    for start, end in pairwise(starts):
        rows += [[grid.rows[start][0], *row] for row in grid.rows[start + 1 : end]]
    grid.rows, grid.header_rows = rows, 1


@variation("disclosure", certain="html cells", doubtful="rows")
def disclosure_content_header_missing(draft: Draft) -> None:
    """信息内容 left out."""
    draft.relabel(lambda text: "" if text == "信息内容" else text)


@variation("litigation", certain="", doubtful="html cells rows")
def litigation_column_numbers(draft: Draft) -> None:
    """A row that numbers the fifteen columns: nothing tells it from the figures."""
    grid = _only(draft, "litigation")
    numbers = [Box(str(n), "note") for n in range(1, 16)]
    draft.tolerated |= {box.text for box in numbers}
    grid.rows.insert(3, numbers)


@variation("litigation", certain="html cells", doubtful="rows")
def litigation_in_two(draft: Draft) -> None:
    """行政复议 and 行政诉讼 as tables of their own."""
    grid = _only(draft, "litigation")
    second = Grid([row[5:] for row in grid.rows], "litigation", 1, 3, 0)
    draft.after(grid, second)
    grid.rows = [row[:5] for row in grid.rows]


@variation("litigation", certain="", doubtful="html cells rows")
def litigation_venues_missing(draft: Draft) -> None:
    """A litigation table without the rows that name the venues."""
    grid = _only(draft, "litigation")
    del grid.rows[:2]
    grid.header_rows = 1


@variation("litigation header", certain="", doubtful="html cells rows")
def split_litigation(draft: Draft) -> None:
    """The litigation table cut between its header and its figures."""
    grid = _only(draft, "litigation")
    _continue(draft, grid, 3, False)


@variation("litigation", certain="html", doubtful="cells rows")
def litigation_without_totals(draft: Draft) -> None:
    """Four results a venue, no totals."""
    grid = _only(draft, "litigation")
    for c in (14, 9, 4):
        _drop_column(draft, grid, c)


@variation("litigation", certain="html", doubtful="cells rows")
def reconsideration_only(draft: Draft) -> None:
    """The table ends behind 行政复议."""
    grid = _only(draft, "litigation")
    for _ in range(10):
        _drop_column(draft, grid, 5)


@variation("disclosure", certain="html", doubtful="cells rows")
def disclosure_columns_swapped(draft: Draft) -> None:
    """The columns of the first article in another order."""
    grid = _only(draft, "disclosure")
    order = draft.rng.choice(((1, 3, 2), (2, 1, 3), (3, 2, 1), (2, 3, 1)))
    for row in grid.rows[1 : _by_article(grid)[1]]:
        row[1:] = [row[c] for c in order]


# Headers


@variation("header")
def total_header_tall(draft: Draft) -> None:
    """总计 reaches up to the first header row."""
    grid = _only(draft, "requests")
    grid.rows[0][9] = grid.rows[1][9]


@variation("header", certain="html", doubtful="cells rows")
def header_in_more_rows(draft: Draft) -> None:
    """申请人情况 and the corner split over rows of their own."""
    grid = _only(draft, "requests")
    corner, title, types = (grid.rows[r][c] for r, c in ((0, 0), (0, 3), (1, 4)))
    people, total = grid.rows[1][3], grid.rows[1][9]
    grid.rows[0:1] = [
        [Box(corner.text[:12], "header")] * 3 + [title] * 7,
        [Box(corner.text[12:], "header")] * 3 + [people] + [types] * 5 + [total],
    ]
    empty = Box("", "header")
    grid.rows[2][:3] = grid.rows[3][:3] = [empty] * 3
    grid.header_rows = 4


@variation("header")
def header_in_two_rows(draft: Draft) -> None:
    """法人或其他组织 left out."""
    grid = _only(draft, "requests")
    corner, title, people, total = grid.rows[0][0], grid.rows[0][3], grid.rows[1][3], grid.rows[1][9]
    kinds = grid.rows[2][4:9]
    grid.rows[:3] = [[corner] * 3 + [title] * 7, [corner] * 3 + [people, *kinds, total]]
    grid.header_rows = 2


@variation("header")
def header_in_one_row(draft: Draft) -> None:
    """The seven types and nothing above them."""
    grid = _only(draft, "requests")
    grid.rows[:3] = [[grid.rows[0][0]] * 3 + [grid.rows[1][3], *grid.rows[2][4:9], grid.rows[1][9]]]
    grid.header_rows = 1


@variation("header", certain="html cells", doubtful="rows")
def blank_row_under_header(draft: Draft) -> None:
    """A spurious empty row under the header."""
    for grid in draft.grids():
        grid.insert_row(grid.header_rows, *(Box("", "header") for _ in range(grid.width)))
        grid.header_rows += 1


@variation("header")
def unit_row_in_header(draft: Draft) -> None:
    """A first row that says 单位：件, or repeats the section's title."""
    for grid in draft.grids("requests") + draft.grids("litigation"):
        text = draft.rng.choice(("单位：件", "政府信息公开情况统计表", "表二"))
        grid.insert_row(0, Box(text, "note"))
        grid.header_rows += 1


@variation("header", certain="html", doubtful="cells rows")
def column_numbers(draft: Draft) -> None:
    """A row that numbers the columns under the header: 栏次 1 2 3 4 5 6 7."""
    grid = _only(draft, "requests")
    label = Box(draft.rng.choice(("栏次", "", "甲")), "label")
    numbers = [Box(str(n), "note") for n in range(1, 8)]
    draft.tolerated |= {box.text for box in numbers}
    grid.rows.insert(3, [label] * 3 + numbers)


@variation("header", certain="html cells", doubtful="rows")
def header_repeated(draft: Draft) -> None:
    """The header printed again in the middle of the requests table."""
    grid = _only(draft, "requests")
    at = draft.rng.randrange(6, len(grid.rows) - 1)
    copies: dict[int, Box] = {}
    again = [[copies.setdefault(id(box), Box(box.text, "header")) for box in row] for row in grid.rows[:3]]
    group = grid.rows[at - 1][:2], grid.rows[at][:2]
    if group[0][0] is group[1][0]:  # the groups' cells end at the header and continue empty below it
        head, tail = grid.split(at)
        grid.rows = head.rows + tail.rows
    grid.rows[at:at] = again


@variation("header", certain="", doubtful="html cells rows")
def requests_header_missing(draft: Draft) -> None:
    """A requests table without its header."""
    grid = _only(draft, "requests")
    del grid.rows[: grid.header_rows]
    grid.header_rows = 0


# Rows


@variation("rows")
def rows_missing(draft: Draft) -> None:
    """Rows of figures left out."""
    requests, disclosure = _only(draft, "requests"), _only(draft, "disclosure")
    for grid, count in ((requests, 4), (disclosure, 1)):
        rows = [r for r in _boundaries(grid)[:-1] if grid.rows[r][-1].slot]
        if grid is requests:  # keep the first row of each group: it prints the group's name
            rows = [r for r in rows if grid.rows[r - 1][1] is grid.rows[r][1]]
        for r in sorted(draft.rng.sample(rows, count), reverse=True):
            _drop_row(draft, grid, r)


@variation("rows")
def rows_swapped(draft: Draft) -> None:
    """Rows of one group in another order."""
    grid = _only(draft, "requests")
    pairs = [r for r in range(4, len(grid.rows)) if grid.rows[r - 1][1] is grid.rows[r][1]]
    for r in draft.rng.sample(pairs, 4):
        if grid.rows[r][2] is not grid.rows[r][1]:
            grid.rows[r - 1], grid.rows[r] = grid.rows[r], grid.rows[r - 1]


@variation("rows")
def intake_rows_swapped(draft: Draft) -> None:
    """二 before 一, 四 before 三."""
    grid = _only(draft, "requests")
    rows, first = grid.rows, grid.header_rows
    rows[first], rows[first + 1] = rows[first + 1], rows[first]
    rows.insert(first + 2, rows.pop())


@variation("rows")
def other_disclosed_documents(draft: Draft) -> None:
    """其他主动公开文件, as in Hubei."""
    grid = _only(draft, "disclosure")
    at = grid.row_of("normative_document") + 1
    above = grid.rows[at - 1]
    row = [Box(draft.unused_number()) if box.slot else box for box in above]
    draft.extras += [box.text for box in row if box.role == "note"]
    row[-4] = Box("其他主动公开文件", "label")
    grid.rows.insert(at, row)


@variation("rows")
def unknown_outcome(draft: Draft) -> None:
    """An outcome that the form does not have."""
    grid = _only(draft, "requests")
    last = draft.rng.choice(("refused_administrative_inquiry", "not_processed_reconfirmation"))
    names = ("9.其他不予公开情形", "9.属于商业秘密和个人隐私", "6.属于咨询类事项", "（八）撤回申请")
    _outside_row(draft, grid, grid.row_of(last) + 1, draft.rng.choice(names))


@variation("rows")
def other_in_other_groups(draft: Draft) -> None:
    """A bare 其他 in a group that has none: the group above decides that it is not 3.其他 of （六）."""
    grid = _only(draft, "requests")
    for last in ("refused_administrative_inquiry", "unavailable_unclear", "not_processed_reconfirmation"):
        _outside_row(draft, grid, grid.row_of(last) + 1, draft.rng.choice(("其他", "3.其他", "9.其他", "其他情形")))


@variation("rows")
def subtotals(draft: Draft) -> None:
    """A row 小计 at the end of a group."""
    grid = _only(draft, "requests")
    for last in ("refused_administrative_inquiry", "not_processed_reconfirmation"):
        _outside_row(draft, grid, grid.row_of(last) + 1, draft.rng.choice(("小计", "9.小计", "小 计")))


@variation("rows", certain="", doubtful="html cells rows")
def subtotals_called_totals(draft: Draft) -> None:
    """A row 总计 at the end of a group: its name is that of another row."""
    grid = _only(draft, "requests")
    for last in ("refused_administrative_inquiry", "not_processed_reconfirmation"):
        _outside_row(draft, grid, grid.row_of(last) + 1, draft.rng.choice(("合计", "总计")))


def _outside_row(draft: Draft, grid: Grid, at: int, label: str) -> None:
    """Insert a row that the form does not have at the end of a group."""
    figures = [Box(draft.unused_number()) for _ in range(7)]
    draft.extras += [box.text for box in figures]
    grid.rows.insert(at, [*grid.rows[at - 1][:2], Box(label, "label"), *figures])


@variation("rows", certain="html cells", doubtful="rows")
def blank_rows_between(draft: Draft) -> None:
    """Empty rows between the rows of figures."""
    for grid in draft.grids():
        for r in sorted(draft.rng.sample(_boundaries(grid), min(3, len(_boundaries(grid)))), reverse=True):
            grid.insert_row(r, *(Box("") for _ in range(grid.width)))


@variation("rows")
def notes_in_table(draft: Draft) -> None:
    """A last row of notes across the table."""
    for grid in draft.grids():
        grid.insert_row(len(grid.rows), Box(draft.rng.choice(NOTES).format(year=draft.report.year)))


@variation("rows", certain="html cells", doubtful="rows")
def page_numbers_in_table(draft: Draft) -> None:
    """A page number as a row of the table."""
    grid = _only(draft, "requests")
    text = draft.rng.choice(("- 4 -", "— 5 —", "4", "第 4 页 共 9 页", "4/9"))
    draft.tolerated.add(text)
    at = draft.rng.choice(_boundaries(grid)[:-1])
    cells = [Box("") for _ in range(grid.width)]
    cells[draft.rng.randrange(grid.width)].text = text
    if draft.rng.random() < 0.5:
        cells = [Box(text)] * grid.width
    grid.rows.insert(at, cells)


@variation("rows", certain="", doubtful="html")
def hidden_rows(draft: Draft) -> None:
    """A template row that the page does not show."""
    grid = _only(draft, "requests")
    at = grid.row_of("carried_in")
    copies: dict[int, Box] = {}
    row = [copies.setdefault(id(box), Box(box.text, box.role, hidden=True)) for box in grid.rows[at]]
    for box in row[-7:]:
        box.text = draft.unused_number()
        draft.tolerated.add(box.text)
    grid.rows.insert(at, row)


@variation("rows", certain="html cells", doubtful="rows")
def groups_in_rows_of_their_own(draft: Draft) -> None:
    """（三）不予公开 as a row without figures, its items below it."""
    grid = _only(draft, "requests")
    rows: list[list[Box]] = grid.rows[: grid.header_rows]
    shown: set[int] = set()
    for row in grid.rows[grid.header_rows :]:
        for box in row[:2]:
            if box is not row[2] and id(box) not in shown:
                shown.add(id(box))
                rows.append([box] * 3 + [Box("") for _ in range(7)])
        rows.append([row[2]] * 3 + row[3:])
    grid.rows = rows


@variation("rows")
def groups_in_full_rows(draft: Draft) -> None:
    """The same, the group's name across the whole table."""
    groups_in_rows_of_their_own(draft)
    grid = _only(draft, "requests")
    for r in range(grid.header_rows, len(grid.rows)):
        if not grid.rows[r][-1].slot:
            grid.rows[r] = [grid.rows[r][0]] * grid.width


@variation("rows")
def groups_in_one_cell_with_items(draft: Draft) -> None:
    """A single label cell: 三、本年度办理结果（三）不予公开1.属于国家秘密, the next one only 2.…"""
    grid = _only(draft, "requests")
    shown: set[int] = set()
    for r in range(grid.header_rows, len(grid.rows)):
        row = grid.rows[r]
        label = Box("".join(b.text for i, b in enumerate(row[:3]) if id(b) not in shown and b not in row[:i]), "label")
        shown |= {id(box) for box in row[:2]}
        grid.rows[r] = [label] * 3 + row[3:]


@variation("rows")
def group_before_every_item(draft: Draft) -> None:
    """A single label cell with the group before every item: （三）不予公开-2.…"""
    grid = _only(draft, "requests")
    joint = draft.rng.choice(("", "-", "：", " ", "——", "/"))
    for r in range(grid.header_rows, len(grid.rows)):
        row = grid.rows[r]
        parts = [b.text for i, b in enumerate(row[:3]) if b not in row[:i]]
        grid.rows[r] = [Box(joint.join(parts[-2:]), "label")] * 3 + row[3:]


@variation("rows", certain="", doubtful="html cells rows")
def groups_missing(draft: Draft) -> None:
    """No group's name anywhere."""
    grid = _only(draft, "requests")
    for row in grid.rows[grid.header_rows :]:
        for box in row[:2]:
            if box is not row[2]:
                box.text = ""


@variation("rows", certain="html", doubtful="cells rows")
def label_columns_merged(draft: Draft) -> None:
    """Two label columns: that of 三、本年度办理结果 is a row of its own."""
    grid = _only(draft, "requests")
    first = grid.row_of("granted")
    title = grid.rows[first][0]
    for row in grid.rows:
        del row[0]
    grid.rows.insert(first, [title] * 9)
    grid.label_columns = 2


# Columns


@variation("columns")
def types_swapped(draft: Draft) -> None:
    """The applicant types in another order."""
    _permute(draft, 1, draft.rng.sample(range(5), 5))


@variation("columns")
def total_first(draft: Draft) -> None:
    """总计 before the types."""
    _permute(draft, 0, [6, 0, 1, 2, 3, 4, 5])


def _permute(draft: Draft, start: int, order: list[int]) -> None:
    grid = _only(draft, "requests")
    start += grid.label_columns
    for row in grid.rows:
        row[start : start + len(order)] = [row[start + i] for i in order]


@variation("columns", certain="html", doubtful="cells rows")
def empty_column(draft: Draft) -> None:
    """An empty column between others, or at either end."""
    for grid in draft.grids():
        at = draft.rng.randrange(grid.width + 1)
        grid.insert_column(at, [Box("") for _ in grid.rows])


@variation("columns", certain="html", doubtful="cells rows")
def remarks_column(draft: Draft) -> None:
    """备注 as a last column, with a word or a number here and there."""
    for grid in draft.grids():
        texts = ["", "", "", "", "本年新增", "含上年3件", draft.unused_number()]
        boxes = [Box(draft.rng.choice(texts)) for _ in grid.rows]
        if grid.code == "litigation":
            boxes[-1].text = ""
        draft.tolerated |= {box.text for box in boxes if box.text}
        header = Box("备注", "header")
        boxes[: grid.header_rows] = [header] * grid.header_rows
        for r, row in enumerate(grid.rows):
            if row[-1].role == "header" and r >= grid.header_rows:
                boxes[r] = Box("" if row[0] is row[-1] else header.text, "header")
        grid.insert_column(grid.width, boxes)


@variation("columns", certain="html", doubtful="cells rows")
def row_numbers(draft: Draft) -> None:
    """序号 as the first column."""
    grid = _only(draft, "requests")
    header = Box(draft.rng.choice(("序号", "行次", "")), "header")
    body = grid.rows[grid.header_rows :]
    numbers = [Box(str(n) if row[-1].slot else "") for n, row in enumerate(body, 1)]
    draft.tolerated |= {box.text for box in numbers}
    grid.insert_column(0, [header] * grid.header_rows + numbers)
    grid.label_columns += 1


@variation("columns header", certain="html", doubtful="cells rows")
def column_of_last_year(draft: Draft) -> None:
    """A column that the form does not have, called nearly like one that it has."""
    grid = _only(draft, "requests")
    header = Box(draft.rng.choice(("上年总计", "上年同期总计", "同比增减", "占比", "其他机关", "累计")), "header")
    body = grid.rows[grid.header_rows :]
    figures = [Box(draft.unused_number() if row[-1].slot else "") for row in body]
    draft.extras += [box.text for box in figures if box.text]
    at = draft.rng.choice((grid.width - 1, grid.width))
    grid.insert_column(at, [header] * grid.header_rows + figures)


@variation("columns")
def column_missing(draft: Draft) -> None:
    """An applicant type left out."""
    grid = _only(draft, "requests")
    _drop_column(draft, grid, grid.label_columns + draft.rng.randrange(7))


@variation("columns", certain="html", doubtful="cells rows")
def columns_of_totals_only(draft: Draft) -> None:
    """总计 as the only column of figures."""
    grid = _only(draft, "requests")
    for _ in range(6):
        _drop_column(draft, grid, grid.label_columns)


@variation("columns header", certain="html", doubtful="cells rows")
def organisations_undivided(draft: Draft) -> None:
    """法人或其他组织 as one column: figures that the form does not have."""
    grid = _only(draft, "requests")
    for _ in range(4):
        _drop_column(draft, grid, grid.label_columns + 1)
    grid.rows[2] = list(grid.rows[1])
    at = grid.label_columns + 1
    for row in grid.rows[3:]:
        _disown(draft, row[at : at + 1])
    for row in grid.rows[1:3]:
        row[at] = grid.rows[1][at]


def _drop_column(draft: Draft, grid: Grid, c: int) -> None:
    for row in grid.rows:
        box = row.pop(c)
        if box in row:
            continue
        if box.slot:
            del draft.truth[box.slot]
        elif box.text in draft.extras:
            draft.extras.remove(box.text)


@variation("columns", certain="", doubtful="html cells rows")
def figures_repeated(draft: Draft) -> None:
    """A figure printed again in every cell that it should span (行政许可 5 5 5)."""
    grid = _only(draft, "disclosure")
    for row in grid.rows:
        for c in range(1, len(row)):
            if row[c].slot and row[c] is row[c - 1]:
                draft.tolerated.add(row[c].text)
                row[c] = Box(row[c].text, "figure")


# Figures that stand for no one place


def _disown(draft: Draft, boxes: list[Box]) -> None:
    """Figures that no reader could place with certainty: they must come, and never as numbers."""
    for box in boxes:
        if box.slot:
            draft.extras.append(draft.truth.pop(box.slot).raw)
            box.slot = None


def _withdraw(draft: Draft, box: Box) -> None:
    """The box is not printed any more."""
    if box.slot:
        del draft.truth[box.slot]


def _requests_row(draft: Draft) -> list[Box]:
    grid = _only(draft, "requests")
    return draft.rng.choice([row for row in grid.rows if row[-1].slot])


@variation("columns spans", certain="html", doubtful="cells")
def figure_merged_across(draft: Draft) -> None:
    """One figure in a cell merged over several applicant types."""
    row = _requests_row(draft)
    start = draft.rng.randrange(len(row) - 7, len(row) - 2)
    end = draft.rng.randrange(start + 2, len(row) + 1)
    for box in row[start + 1 : end]:
        _withdraw(draft, box)
    _disown(draft, row[start : start + 1])
    row[start:end] = [row[start]] * (end - start)


@variation("columns rows spans split", certain="html")
def figure_merged_down(draft: Draft) -> None:
    """One figure in a cell merged over two rows."""
    grid = _only(draft, "requests")
    r = draft.rng.choice([r for r in range(1, len(grid.rows)) if grid.rows[r - 1][-1].slot and grid.rows[r][-1].slot])
    c = draft.rng.randrange(grid.width - 7, grid.width)
    _withdraw(draft, grid.rows[r][c])
    _disown(draft, grid.rows[r - 1][c : c + 1])
    grid.rows[r][c] = grid.rows[r - 1][c]


@variation("columns values split shift padding")
def figure_too_many(draft: Draft) -> None:
    """A row with one figure more than there are columns."""
    row = _requests_row(draft)
    row.insert(draft.rng.randrange(len(row) - 7, len(row)), Box(draft.unused_number(), "figure"))
    draft.extras.append(next(box.text for box in row if box.role == "figure" and not box.slot))
    _disown(draft, row)


@variation("columns values split shift padding", never="xlsx")
def figure_too_few(draft: Draft) -> None:
    """A row with one cell less than there are columns."""
    row = _requests_row(draft)
    gone = row.pop(draft.rng.randrange(len(row) - 7, len(row)))
    _withdraw(draft, gone)
    _disown(draft, row)


@variation("rows columns")
def row_printed_twice(draft: Draft) -> None:
    """Two rows of one name with different figures."""
    row = _requests_row(draft)
    rows = _only(draft, "requests").rows
    again = [Box(draft.unused_number(), "figure") if box.slot else box for box in row]
    draft.extras += [box.text for box in again[-7:]]
    again[-8] = Box(row[-8].text, "label")
    for c in range(len(row) - 8):
        if row[c] is row[-8]:
            again[c] = again[-8]
    _disown(draft, row)
    rows.insert(rows.index(row) + 1, again)


@variation("columns", certain="", doubtful="html cells rows")
def column_printed_twice(draft: Draft) -> None:
    """Two columns of one name with different figures."""
    grid = _only(draft, "requests")
    at = draft.rng.randrange(grid.width - 6, grid.width - 1)
    boxes = [Box(row[at].text, "header") for row in grid.rows[: grid.header_rows]]
    for row in grid.rows[grid.header_rows :]:
        boxes.append(Box(draft.unused_number() if row[-1].slot else ""))
        draft.extras += [boxes[-1].text] if boxes[-1].text else []
        _disown(draft, row[at : at + 1])
    grid.insert_column(at, boxes)


# More tables, fewer tables


def _continue(draft: Draft, grid: Grid, at: int, header: bool, *between: Text) -> Grid:
    head, tail = grid.split(at)
    if header:
        copies: dict[int, Box] = {}
        tail.rows[:0] = [
            [copies.setdefault(id(box), Box(box.text, "header")) for box in row]
            for row in grid.rows[: grid.header_rows]
        ]
        tail.header_rows = grid.header_rows
    draft.after(grid, *between, tail)
    grid.rows = head.rows
    return tail


@variation("split")
def split_with_header(draft: Draft) -> None:
    """The requests table in two, the header printed again."""
    grid = _only(draft, "requests")
    _continue(draft, grid, draft.rng.randrange(5, len(grid.rows)), True)


@variation("split", certain="html cells", doubtful="rows")
def split_without_header(draft: Draft) -> None:
    """The requests table in two, a page number between them."""
    grid = _only(draft, "requests")
    _continue(draft, grid, draft.rng.randrange(5, len(grid.rows)), False, Text("- 4 -"))


@variation("split", certain="html cells", doubtful="rows")
def split_in_three(draft: Draft) -> None:
    """The requests table in three."""
    grid = _only(draft, "requests")
    tail = _continue(draft, grid, draft.rng.randrange(5, 12), False)
    _continue(draft, tail, draft.rng.randrange(2, 8), False, Text(""), Text("5"))


@variation("split")
def split_by_article(draft: Draft) -> None:
    """The disclosure table in one table an article."""
    grid = _only(draft, "disclosure")
    for at in reversed(_by_article(grid)[1:]):
        _continue(draft, grid, at, False)


@variation("split", certain="", doubtful="html cells rows")
def split_disclosure_anywhere(draft: Draft) -> None:
    """The disclosure table cut inside an article."""
    grid = _only(draft, "disclosure")
    _continue(draft, grid, draft.rng.randrange(3, len(grid.rows)), False, Text("- 2 -"))


@variation("split", certain="html", doubtful="cells rows")
def one_table(draft: Draft) -> None:
    """All three tables in one, the sections' titles as its rows."""
    rows: list[list[Box]] = []
    for i, block in enumerate(draft.blocks):
        if isinstance(block, Grid):
            title = draft.blocks[i - 1]
            rows.append([Box(title.text if isinstance(title, Text) else "")] * 15)
            rows += block.rows
    at = draft.blocks.index(_only(draft, "disclosure"))
    draft.blocks = [block for block in draft.blocks if not isinstance(block, Grid)]
    draft.blocks.insert(at, Grid(rows, "all"))


@variation("split", certain="html", doubtful="cells rows")
def one_table_stretched(draft: Draft) -> None:
    """All three tables in one, the narrow ones stretched to the width of the widest."""
    rows: list[list[Box]] = []
    for grid in draft.grids():
        rows += [row + [row[-1]] * (15 - len(row)) for row in grid.rows]
    at = draft.blocks.index(_only(draft, "disclosure"))
    draft.blocks = [block for block in draft.blocks if not isinstance(block, Grid)]
    draft.blocks.insert(at, Grid(rows, "all"))


def _second_set(draft: Draft) -> list[Grid]:
    report = draft.report
    slots = report.slots(table_set=2)
    marks = report.marker(draft.rng, [*slots, *report.slots(1)])
    used = {mark.raw for mark in draft.truth.values()}
    for slot in slots:
        if marks[slot].raw in used:
            number = draft.unused_number()
            marks[slot] = marks[slot]._replace(raw=number, value=Decimal(number))
        draft.truth[slot] = marks[slot]
    return [block for block in report.blocks(marks, table_set=2) if isinstance(block, Grid)]


@variation("split litigation columns header")
def printed_twice_by_section(draft: Draft) -> None:
    """Each section prints its table for 本级 and again for 全市."""
    names = draft.rng.choice((("（一）本级", "（二）全市"), ("本级", "全县"), ("表1 区本级情况", "表2 全区情况")))
    for second in _second_set(draft):
        first, last = draft.grids(second.code)[0], draft.grids(second.code)[-1]
        draft.blocks.insert(draft.blocks.index(first), Text(names[0], "caption"))
        draft.after(last, Text(names[1], "caption"), second)


@variation("split litigation columns header")
def printed_twice_by_set(draft: Draft) -> None:
    """The three tables, and all three again at the report's end."""
    draft.blocks += [Text("附：全市政府信息公开情况统计表", "heading"), *_second_set(draft)]


@variation("split litigation columns header")
def requests_printed_twice(draft: Draft) -> None:
    """Only the requests table is printed again."""
    grid = _only(draft, "requests")
    second = next(g for g in _second_set(draft) if g.code == "requests")
    for slot in [s for s in draft.truth if s.table_set == 2 and s.table != "requests"]:
        del draft.truth[slot]
    draft.after(grid, Text("全市情况如下", "caption"), second)


@variation("split rows columns")
def table_missing(draft: Draft) -> None:
    """A report without one of its tables."""
    code = draft.rng.choice(draft.grids()).code
    draft.blocks = [block for block in draft.blocks if isinstance(block, Text) or block.code != code]
    draft.truth = {slot: mark for slot, mark in draft.truth.items() if slot.table != code}


@variation("split")
def tables_in_other_order(draft: Draft) -> None:
    """Tables under each other's headings; labels tell what they are."""
    places = [draft.blocks.index(grid) for grid in draft.grids()]
    grids = [draft.blocks[i] for i in places]
    for i, grid in zip(places, draft.rng.sample(grids, len(grids)), strict=True):
        draft.blocks[i] = grid


@variation("split", certain="", doubtful="html cells rows", never="xlsx")  # tables of a sheet are one
def requests_transposed(draft: Draft) -> None:
    """The requests table on its side: a row an applicant type."""
    _only(draft, "requests").transpose()


RESULTS = {row["result_code"]: row["result_label"] for row in form_rows("litigation_columns")}
NOTES = (
    "注：本表数据统计截至{year}年12月31日。",
    "备注：行政许可数据由审批局统计，共计3件。",
    "说明：1.第一项加第二项之和，等于第三项加第四项之和；2.总计为各项之和。",
    "*其中自然人申请含2件上年结转",
)
