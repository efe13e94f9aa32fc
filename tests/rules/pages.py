"""Pages of reports in which all holds but what a test changes, and the agencies that they are by."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from pipeline.agencies.divisions import COUNTY, divisions, is_statistical, path
from tests.corpus.annex import AnnexReport
from tests.corpus.draft import Draft
from tests.corpus.grid import Grid, Slot
from tests.corpus.html import write_html
from tests.corpus.report import Mark, MarkedReport, Text

ORDINARY = {
    "disclosure/normative_document/in_force": 6,
    "disclosure/licensing/decisions": 12,
    "disclosure/fees/amount_10k_yuan": 30,
    **{f"requests/received_new/{column}": n for column, n in (("natural_person", 9), ("company", 4), ("total", 13))},
    **{f"requests/carried_in/{column}": n for column, n in (("natural_person", 1), ("total", 1))},
    **{f"requests/granted/{column}": n for column, n in (("natural_person", 8), ("company", 3), ("total", 11))},
    **{f"requests/refused_third_party/{column}": n for column, n in (("natural_person", 1), ("total", 1))},
    **{f"requests/outcomes_total/{column}": n for column, n in (("natural_person", 9), ("company", 3), ("total", 12))},
    **{f"requests/carried_out/{column}": n for column, n in (("natural_person", 1), ("company", 1), ("total", 2))},
    **{f"litigation/reconsideration/{column}": n for column, n in (("upheld", 1), ("corrected", 1), ("total", 2))},
    **{f"litigation/litigation_after_reconsideration/{column}": 1 for column in ("upheld", "total")},
}
"""Figures of an agency with a few cases, whose every sum holds; all other places print 0."""

ANNEX = {
    "disclosed_items": 120,
    "disclosed_normative_documents": 3,
    "channel_website": 110,
    "press_conferences": 2,
    "press_conferences_by_head": 1,
    **dict.fromkeys(("applications_received", "applications_concluded", "applications_answered"), 5),
    **dict.fromkeys(("received_online", "concluded_in_time", "answered_granted"), 4),
    **dict.fromkeys(("received_by_letter", "concluded_extended", "answered_refused", "refused_privacy"), 1),
    **dict.fromkeys(("reconsiderations", "reconsiderations_upheld", "suits", "suits_other"), 1),
    "staff": 3,
    "staff_full_time": 1,
    "staff_part_time": 2,
    "budget": "120000元",
}
"""The figures of an annex of 2014 to 2018 whose every sum holds; all other rows print 0."""

PROSE = {
    1: "{year}年，本机关认真贯彻落实《中华人民共和国政府信息公开条例》。",
    5: "存在的主要问题是公开的深度不够，下一步将加强培训。",
    6: "{year}年，本机关没有收取信息处理费。",
}


@dataclass(frozen=True)
class Page:
    """One report as a web page: `ORDINARY` figures and `PROSE`, but for what is named here.

    ``figures`` are by place, ``table/row/column``, where ``*`` stands for any code; ``prose`` by section, None to leave
    the section out. ``published`` and ``signed`` are dates as printed, empty for none; ``replace`` is applied to the
    finished page. ``signature`` and ``title`` default to the agency's. ``annex``: a report as of 2014 to 2018, whose
    one table is the annex.
    """

    year: int = 2022
    figures: Mapping[str, object] = field(default_factory=dict)
    forms: tuple[str, str] = ("2021", "2021")
    prose: Mapping[int, str | None] = field(default_factory=dict)
    published: str = ""
    signed: str | None = None
    title: str = "{agency}{year}年政府信息公开工作年度报告"
    signature: str = "{agency}"
    preface: str = "本报告中所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。"
    without: tuple[str, ...] = ()
    twice: bool = False
    replace: Mapping[str, str] = field(default_factory=dict)
    agency: str | None = None
    annex: bool = False

    def write(self, agency: str, writer: Callable[[Draft], bytes] = write_html) -> bytes:
        """The report of an agency, or of the one that it names itself, in the format of a writer of the corpus."""
        agency = self.agency or agency
        marked = AnnexReport(1) if self.annex else MarkedReport(1, *self.forms)
        marked.agency, marked.year = agency, self.year
        marks = {slot: self._mark(slot) for slot in marked.slots()}
        blocks = list(self._blocks(marked, marks, agency))
        html = writer(Draft(marked, blocks, marks, marked.rng)).decode()
        title = self.title.format(agency=agency, year=self.year)
        html = html.replace(f"<title>{marked.title}</title>", f"<title>{title}</title>")
        for old, new in self.replace.items():
            assert old in html, old
            html = html.replace(old, new)
        return html.encode()

    def _mark(self, slot: Slot) -> Mark:
        codes = (slot.table, slot.row, slot.column)
        value: object = ANNEX.get(slot.row, 0) if self.annex else ORDINARY.get("/".join(codes), 0)
        for place, changed in self.figures.items():
            if all(code in ("*", own) for code, own in zip(place.split("/"), codes, strict=True)):
                value = changed
        return Mark(str(value), "number")

    def _annex_blocks(self, marked: MarkedReport, marks: dict[Slot, Mark]) -> Iterator[Text | Grid]:
        """The narrative of an older report, and its annex."""
        for block in marked.blocks(marks):
            if not (isinstance(block, Text) and block.kind in ("title", "signature")) and not (
                isinstance(block, Grid) and block.code in self.without
            ):
                yield block

    def _blocks(self, marked: MarkedReport, marks: dict[Slot, Mark], agency: str) -> Iterator[Text | Grid]:
        names = {"agency": agency, "year": self.year}
        yield Text(self.title.format(**names), "title")
        if self.published:
            yield Text(f"发布日期：{self.published}")
        yield Text(self.preface.format(**names))
        section, prose = 0, {**PROSE, **self.prose}
        if self.annex:
            yield from self._annex_blocks(marked, marks)
        for block in () if self.annex else marked.blocks(marks):
            if isinstance(block, Text) and block.kind == "heading":
                section += 1
                if prose.get(section, "") is not None:
                    yield block
                if prose.get(section):
                    yield Text(str(prose[section]).format(**names))
            elif isinstance(block, Grid) and block.code not in self.without:
                yield block
                if self.twice:
                    yield Text("本级数据如下，各部门和单位的数据已在上表中汇总，供社会公众查阅和监督。")
                    yield block
        yield Text(self.signature.format(**names), "signature")
        yield Text(f"{self.year + 1}年1月20日" if self.signed is None else self.signed, "signature")


@cache
def counties() -> tuple[str, ...]:
    """The full names of the counties that stand today and whose own name no other has; zones with a code are none."""
    standing = [
        one
        for one in divisions().values()
        if one.level == COUNTY and not one.valid_to and len(one.name) > 2 and not is_statistical(one.code)
    ]
    names = [one.name for one in standing]
    return tuple(path(one.code) for one in standing if names.count(one.name) == 1)


def agencies(body: str = "水利局") -> Iterator[str]:
    """Bureaus of counties, each by its full name: a place that no evidence is needed for."""
    return (f"{county}{body}" for county in itertools.chain(counties()))
