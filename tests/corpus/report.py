"""A seed gives a report: who and when, its prose, and a mark of its own for every slot of its forms."""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Literal, NamedTuple

import pipeline
from tests.corpus.grid import Box, Grid, Slot, lay_out

FORMS = Path(pipeline.__file__).parent / "forms"

Status = Literal["number", "blank", "not_applicable", "unreadable"]


class Mark(NamedTuple):
    """What is printed in a slot, and what extraction is to say of it."""

    raw: str
    status: Status
    value: Decimal | None = None
    unit: str | None = None

    @classmethod
    def number(cls, raw: str, value: Decimal | int | str | None = None, unit: str | None = None) -> Mark:
        return cls(raw, "number", Decimal(raw if value is None else value), unit)


BLANK = Mark("", "blank")

Marker = Callable[[random.Random, list[Slot]], dict[Slot, Mark]]


@cache
def form_rows(name: str) -> list[dict[str, str]]:
    """One of the project's form files."""
    with (FORMS / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@cache
def header_unit(slot: Slot) -> str | None:
    """The unit that the form prints for a slot: in its column's header, or (the annex) beside it."""
    if slot.table == "statistics":
        return next(row["unit"] for row in form_rows("statistics_2014") if row["row_code"] == slot.row)
    if slot.table != "disclosure":
        return None
    labels = [
        row["column_label"]
        for row in form_rows("disclosure_cells")
        if (row["row_code"], row["column_code"]) == (slot.row, slot.column)
    ]
    unit = re.search(r"单位：(.*?)[，）]", "".join(labels))
    return unit[1] if unit else None


def own_numbers(rng: random.Random, slots: list[Slot]) -> dict[Slot, Mark]:
    """A number of its own for each slot, of one to six digits."""
    numbers: set[int] = set()
    while len(numbers) < len(slots):
        numbers.add(rng.randrange(10 ** rng.choice((1, 2, 3, 3, 3, 4, 5, 6))))
    shuffled = sorted(numbers)
    rng.shuffle(shuffled)
    return {slot: Mark.number(str(n), unit=header_unit(slot)) for slot, n in zip(slots, shuffled, strict=True)}


@dataclass(slots=True)
class Text:
    """A paragraph of the document."""

    text: str
    kind: Literal["title", "heading", "caption", "prose", "signature"] = "prose"


@dataclass(slots=True)
class MarkedReport:
    """A report and its truth. The same seed gives the same report, always."""

    seed: int
    disclosure_form: str = "2021"
    requests_form: str = "2021"
    marker: Marker = own_numbers
    agency: str = field(init=False)
    year: int = field(init=False)
    signed: str = field(init=False)
    rng: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.rng = random.Random(f"{self.seed}/{self.disclosure_form}/{self.requests_form}")
        place, body = self.rng.choice(PLACES), self.rng.choice(BODIES)
        self.agency = place + body
        self.year = self.rng.randrange(2019, 2025)
        self.signed = f"{self.year + 1}年1月{self.rng.randrange(5, 31)}日"

    @property
    def title(self) -> str:
        return f"{self.agency}{self.year}年政府信息公开工作年度报告"

    def slots(self, table_set: int = 1) -> list[Slot]:
        """The slots of the report's forms, in printing order."""
        return [
            *(
                Slot("disclosure", table_set, row["row_code"], row["column_code"])
                for row in form_rows("disclosure_cells")
                if row["form"] == self.disclosure_form
            ),
            *(
                Slot("requests", table_set, row["row_code"], column["column_code"])
                for row in form_rows("requests_rows")
                if row[f"label_{self.requests_form}"]
                for column in form_rows("requests_columns")
            ),
            *(
                Slot("litigation", table_set, row["venue_code"], row["result_code"])
                for row in form_rows("litigation_columns")
            ),
        ]

    def blocks(self, marks: dict[Slot, Mark], table_set: int = 1) -> list[Text | Grid]:
        """The report in its official layout."""
        tables = {
            2: disclosure_grid(self.disclosure_form, marks, table_set),
            3: requests_grid(self.requests_form, marks, table_set),
            4: litigation_grid(marks, table_set),
        }
        blocks: list[Text | Grid] = [Text(self.title, "title"), Text(PREFACE.format(year=self.year))]
        for number, heading in enumerate(HEADINGS, 1):
            blocks.append(Text(heading, "heading"))
            if number in tables:
                blocks.append(tables[number])
            else:
                blocks += [Text(self.sentence(number)) for _ in range(self.rng.randrange(1, 4))]
        return [*blocks, Text(self.agency, "signature"), Text(self.signed, "signature")]

    def sentence(self, section: int) -> str:
        """A sentence of prose for a section."""
        return self.rng.choice(PROSE[section]).format(agency=self.agency, year=self.year, n=self.rng.randrange(10, 99))


def disclosure_grid(form: str, marks: dict[Slot, Mark], table_set: int = 1) -> Grid:
    """Section 2: for each article its name, a header and rows; the last of four columns is merged."""
    rows: list[list[tuple[Box, int, int]]] = []
    cells = [row for row in form_rows("disclosure_cells") if row["form"] == form]
    for article, group in groupby(cells, key=lambda row: row["article"]):
        figures = list(group)
        columns = {row["column_code"]: row["column_label"] for row in figures}
        labels = {row["row_code"]: row["row_label"] for row in figures}
        widths = [1] * (len(columns) - 1) + [4 - len(columns)]
        rows.append([(Box(article, "header"), 1, 4)])
        heads = zip(columns.values(), widths, strict=True)
        rows.append([(Box("信息内容", "header"), 1, 1), *((Box(text, "header"), 1, width) for text, width in heads)])
        for row_code, label in labels.items():
            slots = [Slot("disclosure", table_set, row_code, column) for column in columns]
            rows.append([(Box(label, "label"), 1, 1), *_figures(slots, marks, widths)])
    return Grid(lay_out(rows), "disclosure", table_set, header_rows=2)


def requests_grid(form: str, marks: dict[Slot, Mark], table_set: int = 1) -> Grid:
    """Section 3: three label columns and seven of figures, under a header of three rows."""
    columns = form_rows("requests_columns")
    rows: list[list[tuple[Box, int, int]]] = [
        [(Box(RELATION, "header"), 3, 3), (Box("申请人情况", "header"), 1, 7)],
        [
            (Box(columns[0]["label"], "header"), 2, 1),
            (Box("法人或其他组织", "header"), 1, 5),
            (Box(columns[6]["label"], "header"), 2, 1),
        ],
        [(Box(column["label"], "header"), 1, 1) for column in columns[1:6]],
    ]
    lines = [row for row in form_rows("requests_rows") if row[f"label_{form}"]]
    result = [row for row in lines if row["kind"] != "intake"]
    group_sizes = {key: len(list(rows)) for key, rows in groupby(result, key=lambda row: row["parent_code"])}
    for line in lines:
        cells: list[tuple[Box, int, int]] = []
        label = line[f"label_{form}"]
        if line["kind"] == "intake":
            cells.append((Box(label, "label"), 1, 3))
        else:
            if line is result[0]:
                cells.append((Box("三、本年度办理结果", "label"), len(result), 1))
            group, _, item = label.partition(" ")
            if item:
                cells.append((Box(group, "label"), group_sizes[line["parent_code"]], 1))
                cells.append((Box(item, "label"), 1, 1))
            elif label.startswith("（"):
                cells.append((Box(label, "label"), 1, 2))
            else:
                cells.append((Box(label, "label"), 1, 1))
        slots = [Slot("requests", table_set, line["row_code"], column["column_code"]) for column in columns]
        rows.append([*cells, *_figures(slots, marks, [1] * 7)])
    return Grid(lay_out(rows), "requests", table_set, header_rows=3, label_columns=3)


def litigation_grid(marks: dict[Slot, Mark], table_set: int = 1) -> Grid:
    """Section 4: fifteen columns under a header of three rows, one row of figures."""
    columns = form_rows("litigation_columns")
    results = [column["result_label"] for column in columns]
    direct, after = (columns[n]["venue_label"].split(" / ")[1] for n in (5, 10))
    slots = [Slot("litigation", table_set, column["venue_code"], column["result_code"]) for column in columns]
    rows = [
        [(Box("行政复议", "header"), 1, 5), (Box("行政诉讼", "header"), 1, 10)],
        [
            *((Box(text, "header"), 2, 1) for text in results[:5]),
            (Box(direct, "header"), 1, 5),
            (Box(after, "header"), 1, 5),
        ],
        [(Box(text, "header"), 1, 1) for text in results[5:]],
        _figures(slots, marks, [1] * 15),
    ]
    return Grid(lay_out(rows), "litigation", table_set, header_rows=3, label_columns=0)


def _figures(slots: list[Slot], marks: dict[Slot, Mark], widths: list[int]) -> list[tuple[Box, int, int]]:
    return [(Box(marks[slot].raw, "figure", slot), 1, width) for slot, width in zip(slots, widths, strict=True)]


RELATION = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
HEADINGS = (
    "一、总体情况",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
)
PLACES = ("宜春市", "泗水县", "句容市", "金水区", "老城区", "大冶市", "广水市", "鄱阳县", "临川区", "黄岩区")
BODIES = ("教育局", "水利局", "财政局", "人民政府办公室", "机关事务服务中心", "司法局", "统计局", "民政局")
PREFACE = (
    "本报告依据《中华人民共和国政府信息公开条例》编制。"
    "本报告中所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。"
)
PROSE = {
    1: (
        "{year}年，{agency}认真贯彻落实《中华人民共和国政府信息公开条例》，公开政府信息{n}条。",
        "（一）主动公开情况。全年通过门户网站公开政府信息{n}条，规章、规范性文件按要求公开。",
        "（二）依申请公开情况。全年收到申请{n}件，其中自然人{n}件，予以公开、部分公开、不予公开的均按时答复。",
        "（三）监督保障情况。全年没有因政府信息公开被行政复议、行政诉讼的案件，总计{n}人次参加培训。",
    ),
    5: (
        "存在的问题是公开内容不够及时，下一步将加强培训，提高质量。",
        "一是公开的深度不够；二是解读形式单一。{agency}将改进工作，全年组织培训{n}次。",
    ),
    6: (
        "{year}年，{agency}没有收取信息处理费，没有其他需要报告的事项。",
        "落实上级年度政务公开工作要点情况：共承办建议、提案{n}件。",
    ),
}
