"""Made-up years of real provinces: who is under whom is written down here by hand, and each agency's cases are its own.

An agency's cases are a random number, so that a sum that counts one twice, or loses one, cannot come out right.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from tests.warehouse.lake import Lake

TABLES: Final = ("requests", "litigation")
YEARS: Final = range(2016, 2024)

Kind = Literal["government", "township", "office", "department", "apart"]

_WHOLE: Final = (
    "",
    "2023年，全县各级行政机关共收到政府信息公开申请若干件。",
    "本报告由办公室综合各乡镇街道、县直各部门政府信息公开年度报告编制而成。",
)
_TOWNS: Final = {
    "章贡区": "沙石镇",
    "大余县": "池江镇",
    "袁州区": "彬江镇",
    "靖安县": "双溪镇",
    "鼓楼区": "洪山镇",
    "闽侯县": "白沙镇",
}
_OWN: Final = ("本报告中的统计数据为区政府本级数据。", "本报告仅反映本机关情况，不含所属部门。")


@dataclass(eq=False)
class Agency:
    """An agency, and how many cases of its own it has in each table and year."""

    name: str
    kind: Kind
    above: Agency | None = None
    region: str | None = None
    """The code of the division whose government it is."""
    below: list[Agency] = field(default_factory=list)
    cases: dict[tuple[str, int], int] = field(default_factory=dict)

    def all_below(self) -> Iterator[Agency]:
        """Itself and all agencies under it."""
        yield self
        for one in self.below:
            yield from one.all_below()

    def chain(self) -> Iterator[Agency]:
        """The agencies above it, the nearest first."""
        if self.above:
            yield self.above
            yield from self.above.chain()

    def under(self, name: str, kind: Kind = "department", region: str | None = None) -> Agency:
        """Add an agency under it."""
        one = Agency(name, kind, self, region)
        self.below.append(one)
        return one


@dataclass(frozen=True)
class Printed:
    """What a report prints: of which tables, whose cases, and whether as the first of two sets."""

    is_whole: bool
    tables: tuple[str, ...]
    is_first_of_two: bool = False


def country() -> list[Agency]:
    """The tops of all trees."""
    tops = [
        _province(
            "江西省",
            "360000",
            {
                "赣州市": ("360700", {"章贡区": "360702", "大余县": "360723"}),
                "宜春市": ("360900", {"袁州区": "360902", "靖安县": "360925"}),
            },
        )
    ]
    tops.append(_province("福建省", "350000", {"福州市": ("350100", {"鼓楼区": "350102", "闽侯县": "350121"})}))
    hubei = Agency("湖北省人民政府", "government", region="420000")
    xiantao = hubei.under("湖北省仙桃市人民政府", "government", "429004")
    xiantao.under("仙桃市教育局")
    xiantao.under("仙桃市彭场镇人民政府", "township")
    shiyan = hubei.under("十堰市人民政府", "government", "420300")
    bureau = shiyan.under("十堰市生态环境局")
    bureau.under("十堰市生态环境局郧阳分局")
    shiyan.under("十堰市郧阳区人民政府", "government", "420304").under("十堰市郧阳区司法局")
    beijing = Agency("北京市人民政府", "government", region="110000")
    east = beijing.under("北京市东城区人民政府", "government", "110101")
    east.under("北京市东城区东华门街道办事处", "township")
    east.under("北京市东城区财政局")
    henan = Agency("河南省人民政府", "government", region="410000")
    luoyang = henan.under("洛阳市人民政府", "government", "410300")
    zone = luoyang.under("洛阳市高新区管委会", "government")
    zone.under("洛阳市高新区财政局")
    zhengzhou = henan.under("郑州市人民政府", "government", "410100")
    zhengzhou.under("郑州航空港经济综合实验区管委会", "government").under("郑州航空港经济综合实验区教育局")
    corps = Agency("新疆生产建设兵团", "government")
    eighth = corps.under("第八师石河子市", "government")
    eighth.under("第八师石河子市教育局")
    eighth.under("石河子市人民政府", "government", "659001").under("石河子市司法局")
    tops += [hubei, beijing, henan, corps, Agency("新疆维吾尔自治区人民政府", "government", region="650000")]
    tops += [
        Agency(name, "apart")
        for name in (
            "国家税务总局江西省税务局",
            "国家税务总局宜春市税务局",
            "国家税务总局靖安县税务局",
            "靖安县气象局",
            "中国人民银行宜春市中心支行",
            "国家统计局靖安调查队",
            "南昌海关",
            "赣州市烟草专卖局",
            "宜春市消防救援支队",
            "靖安县人民医院",
            "江西师范大学",
            "江西省地震局",
            "交通运输部海事局",
            "鼓楼区司法局",
        )
    ]
    return tops


def _province(name: str, code: str, prefectures: dict[str, tuple[str, dict[str, str]]]) -> Agency:
    top = Agency(f"{name}人民政府", "government", region=code)
    top.under(f"{name}人民政府办公厅", "office")
    top.under(f"{name}水利厅")
    for city, (city_code, counties) in prefectures.items():
        prefecture = top.under(f"{city}人民政府", "government", city_code)
        prefecture.under(f"{city}人民政府办公室", "office")
        prefecture.under(f"{city}教育局")
        prefecture.under(f"{city}机关事务管理中心")
        bureau = prefecture.under(f"{city}生态环境局")
        for county, county_code in counties.items():
            bureau.under(f"{city}生态环境局{county[:-1]}分局")
            government = prefecture.under(f"{city}{county}人民政府", "government", county_code)
            government.under(f"{city}{county}人民政府办公室", "office")
            government.under(f"{city}{county}司法局")
            government.under(f"{city}{county}城南街道办事处", "township")
            town = _TOWNS[county]
            government.under(f"{city}{county}{town}人民政府", "township").under(f"{city}{county}{town}财政所")
    return top


@dataclass
class Country:
    """All agencies, and what each prints in each year."""

    agencies: list[Agency]
    printed: dict[tuple[Agency, int], Printed] = field(default_factory=dict)

    def value(self, agency: Agency, year: int, table: str, *, is_whole: bool) -> int:
        """The cases of an agency, or of all below it. An office for the whole speaks for its government."""
        if is_whole and agency.kind == "office" and agency.above:
            agency = agency.above
        counted = agency.all_below() if is_whole else [agency]
        return sum(one.cases[table, year] for one in counted)

    def figure(self, agency: Agency, year: int, table: str) -> int | None:
        """What the first set of an agency's table prints; None where there is none."""
        report = self.printed.get((agency, year))
        if report is None or table not in report.tables:
            return None
        return self.value(agency, year, table, is_whole=report.is_whole and not report.is_first_of_two)

    def holds_all(self, agency: Agency, year: int, table: str) -> bool:
        """Whether an agency's report holds the cases of all below it."""
        report = self.printed.get((agency, year))
        return report is not None and report.is_whole and not report.is_first_of_two and table in report.tables

    def nearest(self, agency: Agency, year: int, table: str) -> Agency | None:
        """Whose report already holds the cases of an agency's."""
        chain = list(agency.chain())
        if agency.kind == "government":
            chain.insert(0, agency)
        for above in chain:
            if above is not agency and self.holds_all(above, year, table):
                return above
            if above is agency and self.holds_all(agency, year, table):
                continue
            for office in above.below:
                if office.kind == "office" and office is not agency and self.holds_all(office, year, table):
                    return office
        return None

    def once(self, year: int, table: str, within: Agency | None = None) -> int:
        """The cases that any report holds, each counted once."""
        counted: set[Agency] = set()
        for agency in within.all_below() if within else self.agencies:
            if self.holds_all(agency, year, table):
                counted.update((agency.above if agency.kind == "office" and agency.above else agency).all_below())
            elif self.figure(agency, year, table) is not None:
                counted.add(agency)
        return sum(one.cases[table, year] for one in counted)


def draw(seed: int) -> Country:
    """Let each agency report in each year for itself, for all below it, or not at all."""
    chance = random.Random(seed)
    made = Country([agency for top in country() for agency in top.all_below()])
    for year in YEARS:
        for agency in made.agencies:
            for table in TABLES:
                agency.cases[table, year] = chance.randrange(1, 10**8)
            if chance.random() < 0.25:
                continue
            can_be_whole = agency.kind in {"government", "office"} or agency.below
            is_whole = bool(can_be_whole) and chance.random() < (0.6 if agency.kind == "government" else 0.3)
            tables = TABLES if chance.random() < 0.8 else (chance.choice(TABLES),)
            made.printed[agency, year] = Printed(is_whole, tables, is_whole and chance.random() < 0.15)
    return made


def write(made: Country, lake: Lake, seed: int) -> None:
    """Write all reports."""
    chance = random.Random(seed)
    for (agency, year), report in made.printed.items():
        says = chance.choice(_WHOLE) if report.is_whole else chance.choice(_OWN)
        if report.is_whole and agency.kind in {"township", "office", "department"}:
            says = "本报告汇总了全市各级行政机关的数据，包括各部门及乡镇街道。全局及所属单位。"
        document = lake.report(agency.name, year, text=says if agency.kind != "apart" else "正文")
        for table in report.tables:
            sets = [made.figure(agency, year, table)]
            if report.is_first_of_two:
                sets.append(made.value(agency, year, table, is_whole=True))
            for number, value in enumerate(sets, 1):
                places = (
                    [(row, column) for row in ("received_new", "granted", "outcomes_total") for column in _COLUMNS]
                    if table == "requests"
                    else [("reconsideration", "upheld"), ("reconsideration", "total")]
                )
                for row, column in places:
                    lake.cell(document, table, row, column, value, table_set=number, form="2021")


_COLUMNS: Final = ("natural_person", "total")
