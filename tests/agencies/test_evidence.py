"""Places by evidence: what each kind says, and that too little of it says nothing."""

from __future__ import annotations

import pytest

from pipeline.agencies import rules
from pipeline.agencies.divisions import COUNTY, PREFECTURE, TOWNSHIP, ambiguous, ancestors, divisions, is_statistical
from pipeline.agencies.evidence import find_contact, read_clue, weights
from pipeline.agencies.hosts import spelled
from tests.agencies.frames import Case, one, resolve

SHARED = ambiguous(COUNTY)
TOWNS = ambiguous(TOWNSHIP)


def test_every_shared_county_name_is_told_by_the_site_and_by_nothing_else() -> None:
    """Right with evidence, null and a finding without."""
    assert len(SHARED) > 20
    bodies = ("教育局", "", "人民政府办公室")
    cases, truth = [], []
    for name, several in SHARED.items():
        for body in bodies:
            cases.append(Case(name + body, year=None))
            truth.append(None)
            for division in several:
                cases.append(Case(name + body, year=None, evidence=(("place", f"{division.code}0012", "site_code"),)))
                truth.append(division.code)
    rows = resolve(cases)
    assert [row["division_code"] for row in rows] == truth
    undecided = [row for row, code in zip(rows, truth, strict=True) if code is None]
    assert {row["place_finding"] for row in undecided} == {"place_undecided"}
    assert len({row["agency_id"] for row in undecided}) == len(undecided)
    decided = [row for row, code in zip(rows, truth, strict=True) if code]
    assert {row["place_finding"] for row in decided} == {None}
    assert min(row["place_margin"] for row in decided) >= 15


@pytest.mark.parametrize("rule", ["area_code", "text", "stack"])
def test_shared_county_names_are_told_by_what_lies_above(rule: str) -> None:
    """Where the telephone, the text or the name itself says it; counties of one prefecture share its telephone."""
    area_codes = {code: row for row in _area_codes() for code in row[1:]}
    cases, truth = [], []
    for name, several in SHARED.items():
        for division in several:
            above = ancestors(division.code)[-1]
            case = Case(f"{name}教育局", year=None)
            if rule == "stack":
                case = case._replace(name=f"{above.name}{name}教育局")
            elif rule == "text":
                case = case._replace(text=f"按照{above.name}的部署，本局……")
            elif above.level == PREFECTURE and above.code in area_codes:
                case = case._replace(evidence=(("place", area_codes[above.code][0], "area_code"),))
            else:
                continue
            cases.append(case)
            truth.append(division.code)
    assert len(cases) > 40
    wrong = [
        (case, row["division_code"])
        for case, row, code in zip(cases, resolve(cases), truth, strict=True)
        if row["division_code"] != code
    ]
    assert wrong == []


def _area_codes() -> list[list[str]]:
    from pipeline.agencies.divisions import GAZETTEER

    lines = (GAZETTEER / "area_codes.csv").read_text("utf-8").splitlines()[1:]
    return [line.split(",") for line in lines]


def test_shared_township_names_need_evidence() -> None:
    names = sorted(name for name in TOWNS if name.endswith(("镇", "乡", "街道")))[::40]
    cases, truth = [], []
    for name in names:
        cases.append(Case(name, year=None))
        truth.append(None)
        for division in TOWNS[name]:
            if is_statistical(division.parent or ""):
                continue
            cases.append(Case(name, year=None, evidence=(("place", f"{division.parent}0001", "site_code"),)))
            truth.append(division.code)
    rows = resolve(cases)
    wrong = [
        (row["agency_name"], row["division_code"], code)
        for row, code in zip(rows, truth, strict=True)
        if row["division_code"] != code
    ]
    assert len(wrong) <= len(cases) // 200, wrong  # two of one name in one county
    assert all(code is None or found is None or code == found for _, found, code in wrong)


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("ruzhou.gov.cn", "汝州市"),
        ("www.jurong.gov.cn", "句容市"),
        ("hbdaye.gov.cn", "大冶市"),
        ("gdhf.gov.cn", "海丰县"),
        ("cqwx.gov.cn", "巫溪县"),
        ("www.bjchy.gov.cn", "朝阳区"),
        ("china-zibo.gov.cn", "淄博市"),
        ("yunyang.shiyan.gov.cn", "郧阳区"),
        ("gaj.gzlps.gov.cn", "六盘水市"),
        ("gxs.zj.gov.cn", "浙江省"),
        ("tjj.xiangyang.gov.cn", "襄阳市"),
    ],
)
def test_hosts_spell_places(host: str, name: str) -> None:
    assert name in {division.name for division in spelled(host)[-1].divisions}


@pytest.mark.parametrize("host", ["www.gov.cn", "bj.cma.gov.cn", "xxgk.mot.gov.cn", "10.0.0.1", "localhost", ""])
def test_hosts_that_spell_none(host: str) -> None:
    assert spelled(host) == ()


@pytest.mark.parametrize(
    ("name", "url", "code"),
    [
        ("水务局", "http://ruzhou.gov.cn/1", "410482"),
        ("省供销社", "http://gxs.zj.gov.cn/1", "330000"),
        ("教育厅", "http://jyt.hunan.gov.cn/1", "430000"),
        ("市应急管理局", "http://yjglj.xuzhou.gov.cn/", "320300"),
        ("县教育局", "http://www.sishui.gov.cn/", "370831"),
        ("云岭镇", "http://ahjx.gov.cn/1", "341823109"),
        ("鼓楼区教育局", "http://www.njgl.gov.cn/", "320106"),
        ("鼓楼区教育局", "http://www.xzgl.gov.cn/", "320302"),
        ("县教育局", "http://www.jurong.gov.cn/", None),
        ("市教育局", "http://www.yichun.gov.cn/", None),
        ("教育局", "http://www.wuhua.gov.cn/", None),
        ("县教育局", "http://www.wuhua.gov.cn/", "441424"),
        ("区财政局", "http://www.ziyang.gov.cn/", None),
    ],
)
def test_the_host_tells_the_place(name: str, url: str, code: str | None) -> None:
    assert one(name, url)["division_code"] == code


@pytest.mark.parametrize("url", ["http://[::1", "http://[网址]/", "not a url", ""])
def test_what_is_no_address_has_no_host(url: str) -> None:
    assert one("句容市教育局", url)["division_code"] == "321183"


def test_hosts_are_learnt_from_documents_that_say_where_they_are() -> None:
    host = "http://portal-x.example.com/"
    sure = [Case("泗水县教育局", host), Case("泗水县财政局", host), Case("金庄镇人民政府", host, evidence=())]
    rows = resolve([Case("水务局", host), *sure, Case("泗水县公安局", host)])
    assert rows[0]["agency_id"] == "370831-水务局"
    assert "host_learnt" in rows[0]["place_evidence"]
    assert one("水务局", host)["division_code"] is None


@pytest.mark.parametrize(
    ("evidence", "code"),
    [
        ((("place", "3708310001", "site_code"),), "370831"),
        ((("place", "泗水县人民政府", "site_name"),), "370831"),
        ((("agency_name", "泗水县水务局", "sign_off"),), "370831"),
        ((("agency_name", "泗水县人民政府", "publisher"),), "370831"),
        ((("place", "0537", "area_code"),), None),
        ((("place", "273200", "postcode"),), None),
        ((("place", "bm56000001", "site_code"),), None),
        ((("place", "3708310001", "site_code"), ("place", "宁阳县人民政府", "site_name")), "370831"),
        ((("place", "泗水县人民政府", "site_name"), ("place", "曲阜市人民政府", "site_name")), None),
    ],
)
def test_evidence_in_the_document(evidence: tuple[tuple[str, str, str], ...], code: str | None) -> None:
    row = one("水务局", evidence=evidence)
    assert row["division_code"] == code
    assert (row["agency_name"] == "泗水县水务局") is (code is not None)


def test_the_source_tells_the_place() -> None:
    assert one("水务局", division_code="370831")["agency_id"] == "370831-水务局"


def test_the_name_is_believed_before_the_site_and_the_contradiction_told() -> None:
    row = one("泗水县水务局", evidence=(("place", "3211830001", "site_code"),))
    assert (row["division_code"], row["place_finding"]) == ("370831", "place_contradicted")
    row = one("泗水县水务局", evidence=(("place", "3708000001", "site_code"),))
    assert row["place_finding"] is None


def test_the_choice_is_kept() -> None:
    row = one("鼓楼区教育局", "http://www.xzgl.gov.cn/")
    assert (row["place_weight"], row["place_margin"]) == (135.0, 35.0)
    assert row["place_runner_up"] == "320106 江苏省南京市鼓楼区"
    assert row["place_evidence"] == "name 鼓楼区教育局；host_compound xzgl.gov.cn"


def test_what_undecided_candidates_share_is_told() -> None:
    row = one("鼓楼区教育局", text="根据江苏省人民政府办公厅的要求")
    assert (row["province"], row["county"], row["division_code"]) == ("江苏省", None, None)
    assert row["place_finding"] == "place_undecided"


def test_what_contact_sentences_say() -> None:
    text = "联系地址：江西省宜春市宜阳大道，邮编：336000，电话（0795）3997777，手机13800000000，网站标识码：3609000012"
    assert dict(find_contact(text)) == {
        "area_code": "0795",
        "postcode": "336000",
        "site_code": "3609000012",
        "address": "江西省宜春市宜阳大道",
    }
    for rule, value in find_contact(text):
        clue = read_clue(rule, value)
        assert clue is not None
        assert {division.name for division in clue.divisions} >= {"宜春市"} or rule == "postcode"


def test_each_rule_has_a_weight_and_a_reason() -> None:
    named = {row["rule"] for row in [*rules.rows("contact.csv"), *rules.rows("meta_places.csv")]}
    assert named <= set(weights())
    assert all(row["reason"] for row in rules.rows("place_weights.csv"))
    assert all(row["division"] in divisions() for row in [*rules.rows("province_hosts.csv"), *rules.rows("zones.csv")])
