"""Fingerprints: equal for one wording whoever writes it, alike for much the same, and none for everybody's words."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pipeline.extraction.copying import fingerprint
from pipeline.extraction.copying.fingerprints import MIN_WORDS, MOST
from pipeline.extraction.copying.wording import Wording, read_texts

TEXT = "2023年，泗水县水利局深入各镇街开展节水宣传活动12次，引导群众养成科学用水习惯。"
BITS = 64


def one(text: str, agency: str | None = None) -> int:
    (found,) = fingerprint([(1, "", text)], agency)
    return found.fingerprint


def bits_apart(text: str, other: str) -> int:
    (found,), (second,) = fingerprint([(1, "", text)]), fingerprint([(1, "", other)])
    return ((found.sketch ^ second.sketch) & (1 << BITS) - 1).bit_count()


@pytest.mark.parametrize(
    ("copy", "agency"),
    [
        ("2022年，句容市教育局深入各镇街开展节水宣传活动七次，引导群众养成科学用水习惯", "句容市教育局"),
        ("（三）我局深入各镇街开展节水宣传活动1,200余次，引导群众养成科学用水习惯；", "句容市教育局"),
        ("一是泗水县水利局深入各镇街 开展“节水”宣传活动３次,引导群众养成科学用水习惯。", "泗水县水利局"),
        ("2021年度，县水利局深入各镇街开展节水宣传活动1.2万次，引导群众养成科学用水习惯！", "泗水县水利局"),
    ],
)
def test_exchanged_names_and_numbers_are_one_wording(copy: str, agency: str) -> None:
    assert one(copy, agency) == one(TEXT, "泗水县水利局")


def test_other_words_are_another_wording() -> None:
    assert one("2023年，泗水县水利局深入各镇街开展防汛宣传活动12次，引导群众养成科学用水习惯。", "泗水县水利局") != one(
        TEXT, "泗水县水利局"
    )


def test_sketches_tell_how_much_is_the_same() -> None:
    plain = "深入各镇街开展节水宣传活动，引导群众养成科学用水习惯，推动节水型社会建设取得明显成效"
    edited = plain.replace("明显", "显著")
    other = "健全信访接待制度，落实领导包案责任，及时化解群众反映强烈的矛盾纠纷，维护社会大局稳定"
    assert bits_apart(plain, plain) == 0
    assert 0 < bits_apart(plain, edited) <= 12
    assert bits_apart(plain, other) > 20


def test_fingerprints_are_the_same_in_every_process() -> None:
    script = (
        "from pipeline.extraction.copying import fingerprint\n"
        f"print(fingerprint([(1, '', {TEXT!r})], '泗水县水利局')[0])"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert told == {f"{fingerprint([(1, '', TEXT)], '泗水县水利局')[0]}\n"}


def test_what_everybody_writes_does_not_count() -> None:
    everybodys = [*read_texts("set_phrases.txt"), *read_texts("regulation.txt")]
    assert sum(len(text) for text in everybodys) > 5000
    assert [text for text in everybodys if fingerprint([(1, "", text)])] == []


def test_a_longer_sentence_around_a_set_phrase_counts() -> None:
    text = "未收取信息处理费，并就收费管理办法的落实情况对全县二十三家单位开展专项检查，发现并整改问题七个"
    assert len(fingerprint([(6, "", text)])) == 1


def test_places_of_sentences() -> None:
    body = f"标题\n  {TEXT}短句。引导群众养成科学用水习惯并主动参与监督；{TEXT}"
    found = fingerprint([(1, "", "无"), (5, "", body)])
    assert [(row.section, row.position) for row in found] == [(5, 0), (5, 1)]  # what stands twice counts once
    assert [body[row.start : row.start + row.length] for row in found] == [
        TEXT.removesuffix("。"),
        "引导群众养成科学用水习惯并主动参与监督",
    ]
    assert all(row.characters >= MIN_WORDS for row in found)


def test_rows_of_a_document_are_bounded() -> None:
    body = "。".join(f"{chr(0x5100 + index)}深入各镇街开展节水宣传活动引导群众" for index in range(MOST + 50))
    assert len(fingerprint([(1, "", body)])) == MOST


def test_nothing_known_of_the_agency_leaves_its_name() -> None:
    assert "泗水县" in Wording(None).words(TEXT)
    assert "泗水" not in Wording("泗水县水利局").words(TEXT)
