"""A small warehouse of made-up reports whose ranking, differences and findings are known by hand."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from pipeline.warehouse import assemble
from pipeline.warehouse.transform import run_dbt
from pipeline.workspace import Workspace
from tests.warehouse.lake import Lake, Printed, disclosure, litigation, requests

DISTRICT = "河南省郑州市金水区"
SEEN = datetime(2025, 6, 1)
FIRST = "本年度围绕重点领域梳理目录并逐条核对发布时限，由专人每周巡查栏目更新情况。"
SECOND = "对群众来电反映的查询不便问题，技术人员重新编排了导航并补上检索说明文字。"
OWN = "秋季举办摄影展览，邀请退休干部讲述老街巷变迁，并把照片捐给档案馆收藏。"


class Documents(NamedTuple):
    """The documents that tests ask for by name."""

    education: str
    education_before: str
    education_2019: str
    education_2014: str
    justice: str
    hostile: str


def answers(concluded: object, refused: object, form: str = "2021", **rows: object) -> Printed:
    """A table of requests by natural persons alone: so many concluded, of which so many refused, the others granted."""

    def line(value: object) -> tuple[object, ...]:
        return (value, 0, 0, 0, 0, 0, value)

    granted = concluded - refused if isinstance(concluded, int) and isinstance(refused, int) else ""
    of_rows = {
        "received_new": concluded,
        "granted": granted,
        "refused_third_party": refused,
        "outcomes_total": concluded,
    }
    return requests(form, **({name: line(value) for name, value in of_rows.items()} | rows))


def fill(lake: Lake) -> Documents:
    """Bureaus of one district, by rate of refusal: 50 %, 50 %, 20 %; one of few cases, one unknown, one misprinted."""

    def report(agency: str, year: int, table: Printed, text: str = "正文", **more: object) -> str:
        plain: dict[str, object] = {
            "litigation": litigation(),
            "disclosure": disclosure(),
            "publish_date": date(year + 1, 1, 20),
            "fetched_at": SEEN,
        }
        return lake.report(agency, year, requests=table, text=text, **(plain | more))  # type: ignore[arg-type]

    bureau = f"{DISTRICT}教育局"
    education = report(
        bureau,
        2024,
        answers(100, 50, other_remaining=(2, 0, 0, 0, 0, 0, 2), other_fee_unpaid=(1, 0, 0, 0, 0, 0, 1)),
        f"2024年，共收到申请100件。{FIRST}{SECOND}",
        disclosure=disclosure(licensing__decisions=7, regulation__issued=4),
        litigation=litigation(reconsideration=(1, 0, 0, 0, 1)),
    )
    before = report(
        bureau,
        2023,
        answers(80, 10, refused_internal_affairs=("", 0, 0, 0, 0, 0, "")),
        f"2023年，共收到申请80件。{FIRST}{OWN}",
        disclosure=disclosure(licensing__decisions="多件"),
        litigation=litigation(reconsideration=(3, 0, 0, 0, 3)),
    )
    of_2019 = report(
        bureau,
        2020,
        answers(60, 6, "2019", other_undivided=(5, 0, 0, 0, 0, 0, 5)),
        form="2019",
        disclosure=disclosure("2019", licensing__decisions=5, regulation__made_new=3),
    )
    of_2014 = lake.report(bureau, 2016, text="2016年情况。", publish_date=date(2017, 3, 1), fetched_at=SEEN)
    for indicator, value in (("applications_received", 9), ("disclosed_items", 40)):
        lake.cell(of_2014, "statistics", indicator, "value", value, form="2014")

    justice = report(f"{DISTRICT}司法局", 2024, answers(100, 20), f"2024年，共收到申请100件。{FIRST}{SECOND}")
    report(f"{DISTRICT}水利局", 2024, answers(40, 20))
    report(f"{DISTRICT}财政局", 2024, answers(10, 9))
    report(f"{DISTRICT}审计局", 2024, answers(30, 45))
    report(f"{DISTRICT}统计局", 2024, answers("", ""))
    report("江苏省南京市玄武区教育局", 2024, answers(50, 5))
    hostile = report(
        "江苏省南京市玄武区司法局",
        2024,
        answers(20, 1),
        "<script>alert(1)</script>“<b>粗</b>”",
        disclosure={**disclosure(), ("licensing", "decisions"): "<img src=x onerror=alert(1)>"},
    )
    return Documents(education, before, of_2019, of_2014, justice, hostile)


def make(workspace: Workspace) -> Documents:
    """Build the warehouse, without dbt's own tests; one agency of the roster has no report."""
    lake = Lake()
    documents = fill(lake)
    lake.write(workspace)
    workspace.roster.write_text(
        "agency_full_name,from_year,to_year,expected,note\n江苏省南京市玄武区民政局,2024,,true,\n", encoding="utf-8"
    )
    assemble(workspace, workspace.published)
    run_dbt("build", "--exclude-resource-type", "test", "unit_test", target=workspace.published)
    return documents
