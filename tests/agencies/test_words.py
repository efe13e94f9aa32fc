"""Agency words: the dictionary, and names cut out of running text."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.agencies.words import (
    AGENCY,
    BORDER,
    DICTIONARY,
    DIVISION,
    FUNCTION,
    PLACE,
    REPORT,
    cut_agency,
    cut_words,
    ends_as_name,
)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("江南镇政府信息公开工作年度报告", "江南镇"),
        ("江南镇政府政府信息公开工作年度报告", "江南镇政府"),
        ("北京市人民政府信息公开年报", "北京市人民政府"),
        ("2020年度龙游县湖镇镇政府信息公开工作报告", "龙游县湖镇镇"),
        ("2023年句容市机关服务中心政府信息公开工作年度报告", "句容市机关服务中心"),
        ("西藏自治区政府国资委2023年度信息公开工作报告", "西藏自治区政府国资委"),
        ("水务局2020年政府信息公开工作年度报告", "水务局"),
        ("根据条例要求现将临洮县新添镇2022年政府信息公开工作年度报告公布如下", "临洮县新添镇"),
        (
            "2022年宜春市机关事务管理中心坚持以习近平新时代中国特色社会主义思想为指导",
            "宜春市机关事务管理中心",
        ),
        ("按照规定无为市高沟镇人民政府编制本报告", "无为市高沟镇人民政府"),
        ("按照要求现将将乐县教育局年度报告公布如下", "将乐县教育局"),
        ("现公布恩施州利川市教育局2022年政府信息公开工作年度报告", "恩施州利川市教育局"),
        ("湖南衡山萱洲国家湿地公园管理处2020年政府信息公开年度报告", "湖南衡山萱洲国家湿地公园管理处"),
    ],
)
def test_names_are_cut_out_of_running_text(text: str, name: str) -> None:
    assert cut_agency(text) == name


@pytest.mark.parametrize("text", ["政府信息公开工作年度报告", "2021年度报告公布如下", ""])
def test_texts_without_a_name_give_none(text: str) -> None:
    assert cut_agency(text) is None


def test_the_dictionary_is_one_that_jieba_reads() -> None:
    lines = [line.split(" ") for line in DICTIONARY.read_text(encoding="utf-8").splitlines()]
    assert {len(line) for line in lines} == {3}
    assert {tag for _, _, tag in lines} == {PLACE, DIVISION, AGENCY, FUNCTION, REPORT, BORDER}
    assert len({word for word, _, _ in lines}) == len(lines)


def test_cutting_words_loses_no_character() -> None:
    text = "揭阳市榕城区农业农村局2022年度政府信息公开工作年度报告（试行）"
    assert "".join(word.text for word in cut_words(text)) == text


@pytest.mark.parametrize(("text", "is_name"), [("句容市机关服务中心", True), ("水务局", True), ("工作动态", False)])
def test_endings_of_names(text: str, is_name: bool) -> None:
    assert ends_as_name(text) is is_name


def test_jieba_starts_quietly_without_a_cache_and_without_polars(tmp_path: Path) -> None:
    """Whoever wrote jieba's cache first would decide what every later user loads."""
    program = (
        "import sys; from pipeline.agencies.words import cut_agency; print(cut_agency('江南镇政府信息公开'));"
        "assert 'polars' not in sys.modules"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env={"TMPDIR": str(tmp_path), "PYTHONUTF8": "1"},
        check=True,
    )
    assert (done.stdout, done.stderr) == ("江南镇\n", "")
    assert not list(tmp_path.iterdir())
