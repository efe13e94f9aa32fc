"""Labels are known by their wording, and what is worded otherwise is not taken for them."""

from __future__ import annotations

import pytest

from pipeline.forms.labels import find_labels, wording
from pipeline.forms.registry import read_table


def codes(text: str, kind: str) -> list[str]:
    return [label.code for label in find_labels(text) if label.kind == kind]


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_every_official_row_of_the_requests_table(form: str) -> None:
    for row in read_table("requests_rows.csv"):
        if row[f"label_{form}"]:
            assert codes(row[f"label_{form}"], "requests.row") == [row["row_code"]]


def test_every_official_column() -> None:
    for row in read_table("requests_columns.csv"):
        assert codes(row["label"], "requests.column") == [row["column_code"]]
    for row in read_table("litigation_columns.csv"):
        assert codes(row["result_label"], "litigation.result") == [row["result_code"]]
    for row in read_table("disclosure_cells.csv"):
        assert row["column_code"] in codes(row["column_label"], "disclosure.column")
        assert codes(row["row_label"], "disclosure.row") == [row["row_code"]]


def test_a_wording_has_one_code_of_a_kind() -> None:
    for row in read_table("label_variants.csv"):
        assert codes(row["label"], row["kind"]) == [row["code"]], row["label"]


@pytest.mark.parametrize(
    "text",
    [
        "2.其他法律行政法规禁止公开",
        "2、其他法律行政法规禁止公开",
        "⒉其他法律行政法规禁止公开",
        "（2）其他法律行政法规禁止公开",
        "2 其他法律行政法规禁止公开",
        "2.其他法律、行政法规\n禁止公开",
        "2.其他法律法规禁止公开",
        "2.其他法津行政法规禁止公开",
        "2.其他法律行政法規禁止公開",
        "（三）不予公开2.其他法律行政法规禁止公开",
        "三、本年度办理结果（三）不予公开 2.其他法律行政法规禁止公开",
        "2.其他法律行政\u200b法规禁止公开",
    ],
)
def test_one_label_in_many_writings(text: str) -> None:
    assert codes(text, "requests.row") == ["refused_prohibited_by_law"]


@pytest.mark.parametrize(
    "text",
    [
        "本年结转政府信息公开申请数量",
        "下年结转政府信息公开申请数量",
        "小计",
        "其他主动公开文件",
        "属于商业秘密",
        "不予以公开",
    ],
)
def test_another_wording_is_no_misprint(text: str) -> None:
    assert codes(text, "requests.row") == []


def test_a_misprint_as_near_to_two_labels_is_neither() -> None:
    assert find_labels("结果维正") == ()


def test_what_is_compared() -> None:
    assert wording("（三）不予公开　1．属于国家秘密：") == "不予公开属于国家秘密"
    assert wording("３．危及“三安全一稳定”") == "危及三安全一稳定"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "行政处分",
            "行政处理",
            "行政认可",
            "非行政许可",
            "非政府集中采购",
            "规章制度",
            "规章（草案）",
            "行政许可（不予许可）",
        ),
        *("去年处理决定数量", "累计处理决定数量", "本年撤销决定数量", "现行失效件数", "对内公开总数量", "本年退费金额"),
        *("本年新收政府信息公开投诉数量", "上年办结政府信息公开申请数量", "上年受理政府信息公开申请数量"),
        *("3.其他法律行政法规允许公开", "无正当理由少量反复申请", "属于行政处罚案卷", "结转下年度停止办理"),
        *("3.要求提供内部出版物", "非自然人", "工业企业", "非社会公益组织", "复议后撤诉", "复议后申诉"),
    ],
)
def test_a_word_that_says_another_thing_is_no_misprint(text: str) -> None:
    assert find_labels(text) == ()
