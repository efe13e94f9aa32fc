"""Who reported: identity by name, and by host where the name does not say where."""

from __future__ import annotations

import polars as pl
import pytest

from pipeline import agencies
from pipeline.agencies.resolution import AGENCIES

REPORTS = {"document_id": pl.String(), "agency_name": pl.String()}
OBSERVATIONS = {"document_id": pl.String(), "url": pl.String()}


def resolve(
    names: dict[str, str | None], urls: list[tuple[str, str | None]] | None = None
) -> dict[str, dict[str, str | None]]:
    reports = pl.DataFrame([*names.items()], schema=REPORTS, orient="row")
    observations = pl.DataFrame(urls or [], schema=OBSERVATIONS, orient="row")
    rows = agencies.resolve(reports, observations)
    assert tuple(rows.columns) == AGENCIES
    assert set(rows.dtypes) == {pl.String()}
    return {row["document_id"]: row for row in rows.iter_rows(named=True)}


def test_one_name_is_one_agency() -> None:
    rows = resolve({"a" * 64: "陈贵镇", "b" * 64: "陈贵镇", "c" * 64: "陈贵 镇"})
    assert {row["agency_id"] for row in rows.values()} == {"陈贵镇"}
    assert rows["c" * 64]["agency_name"] == "陈贵镇"


def test_a_name_without_a_place_is_one_agency_only_within_a_host() -> None:
    rows = resolve(
        {"a" * 64: "水务局", "b" * 64: "水务局", "c" * 64: "水务局", "d" * 64: "水务局"},
        [
            ("a" * 64, "http://www.hljfy.gov.cn/1"),
            ("b" * 64, "https://hljfy.gov.cn/2"),
            ("c" * 64, "https://ruzhou.gov.cn/3"),
            ("d" * 64, None),
        ],
    )
    assert [row["agency_id"] for row in rows.values()] == [
        "水务局@hljfy.gov.cn",
        "水务局@hljfy.gov.cn",
        "水务局@ruzhou.gov.cn",
        "document-dddddddddddd",
    ]
    assert rows["d" * 64]["agency_name"] == "水务局"


def test_a_document_without_a_name_stands_alone() -> None:
    rows = resolve({"a" * 64: None}, [("a" * 64, "https://x.gov.cn/1")])
    assert rows["a" * 64]["agency_id"] == "document-aaaaaaaaaaaa"
    assert rows["a" * 64]["agency_name"] is None


def test_the_order_of_observations_does_not_matter() -> None:
    urls = [("a" * 64, "https://b.gov.cn/1"), ("a" * 64, "https://a.gov.cn/1")]
    both = [resolve({"a" * 64: "水务局"}, order) for order in (urls, urls[::-1])]
    assert both[0] == both[1]


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("两英镇政府", "township"),
        ("会仪镇人民政府", "township"),
        ("迎宾路街道", "township"),
        ("重庆市北碚区水土街道办事处", "township"),
        ("灵川县", "county"),
        ("西藏自治区人民政府", "province"),
        ("荔浦市", None),
        ("景德镇", None),
        ("抚远市水务局", None),
    ],
)
def test_the_level_is_said_only_where_the_ending_settles_it(name: str, level: str | None) -> None:
    assert resolve({"a" * 64: name})["a" * 64]["level"] == level


def test_nothing_uncertain_is_filled_in() -> None:
    row = resolve({"a" * 64: "抚远市水务局"})["a" * 64]
    unknown = ("division_code", "province", "prefecture", "county", "township", "level", "function")
    assert all(row[column] is None for column in unknown)
    assert row["scope"] == "own"


def test_no_reports_give_no_rows() -> None:
    assert resolve({}) == {}
