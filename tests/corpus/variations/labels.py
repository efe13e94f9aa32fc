"""How rows and columns are called."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from tests.corpus.draft import Draft
from tests.corpus.report import Text
from tests.corpus.variations.registry import variation


def _scatter(rng: Random, text: str, marks: tuple[str, ...], share: float) -> str:
    """Insert marks between the characters of a text, at random."""
    return "".join(
        char + (rng.choice(marks) if i + 1 < len(text) and rng.random() < share else "") for i, char in enumerate(text)
    )


def _replace(draft: Draft, *options: tuple[str, tuple[str, ...]]) -> None:
    """Replace each pattern, wherever it stands, by one of its options drawn anew for every label."""

    def change(text: str) -> str:
        for pattern, choices in options:
            text = re.sub(pattern, draft.rng.choice(choices), text)
        return text

    draft.relabel(change)


@variation("breaks")
def label_spaces(draft: Draft) -> None:
    """Spaces anywhere in a label."""
    draft.relabel(lambda text: _scatter(draft.rng, text, (" ", "  ", "\u3000", "\xa0"), 0.2))


@variation("breaks")
def label_lines(draft: Draft) -> None:
    """Line breaks anywhere in a label."""
    draft.relabel(lambda text: _scatter(draft.rng, text, ("\n",), 0.1))


@variation("breaks", certain="html", doubtful="rows cells")
def label_a_character_a_line(draft: Draft) -> None:
    """Vertical labels."""
    draft.relabel(lambda text: "\n".join(text) if draft.rng.random() < 0.3 else text)


@variation("breaks")
def invisible_characters(draft: Draft) -> None:
    """Zero-width spaces, soft hyphens, byte order marks."""
    draft.relabel(lambda text: _scatter(draft.rng, text, ("\u200b", "\xad", "\ufeff", "\u200d", "\u2060"), 0.15))


@variation("brackets")
def brackets(draft: Draft) -> None:
    """Half, full, mixed, none."""
    _replace(draft, ("（", ("(", "（", "( ", "﹙")), ("）", (")", "）", " ）", "﹚")), ("/", ("/", "／", "")))


@variation("brackets")
def enclosed_numbers(draft: Draft) -> None:
    """㈠ for （一）, ⒈ for 1."""
    _replace(
        draft,
        *((f"^（{char}）", (chr(0x3220 + i),)) for i, char in enumerate("一二三四五六七")),
        *((f"^{n}\\.", (chr(0x2487 + n), "⑴⑵⑶⑷⑸⑹⑺⑻"[n - 1], "①②③④⑤⑥⑦⑧"[n - 1])) for n in range(1, 9)),
    )


@variation("numbering")
def numbering(draft: Draft) -> None:
    """`1、` `1．` `(1)` `１.` for `1.`; `一.` for `一、`."""
    _replace(
        draft,
        (r"^(\d)\.", (r"\1、", r"\1．", r"(\1)", r"（\1）", r"\1 ", r"\1,", r"\1", r"\1。")),
        (r"^([一二三四])、", (r"\1.", r"\1 ", r"\1，", r"\1．", r"\1")),
        (r"^（([一二三四五六七])）", (r"（\1）", r"(\1)", r"（\1）、", r"\1、", r"（\1")),
    )


@variation("numbering")
def numbering_missing(draft: Draft) -> None:
    """No numbers before the labels."""
    draft.relabel(lambda text: re.sub(r"^(\d\.|[一二三四]、|（[一二三四五六七]）)", "", text), "label")


@variation("numbering")
def numbering_wrong(draft: Draft) -> None:
    """Labels numbered wrongly; the words count."""
    draft.relabel(
        lambda text: (
            re.sub(r"^\d(?=\.)", lambda _: str(draft.rng.randrange(1, 10)), text) if text != "3.其他" else text
        ),
        "label",
    )


@variation("quotes")
def quotes(draft: Draft) -> None:
    """三安全一稳定 in any quotation marks, or none."""
    pair = draft.rng.choice(('""', "‘’", "''", "「」", "＂＂", "《》", "  ", "””"))
    draft.relabel(lambda text: text.replace("“", pair[0].strip()).replace("”", pair[1].strip()))


@variation("wording")
def other_wordings(draft: Draft) -> None:
    """Wordings met in real reports."""
    _replace(draft, *WORDINGS)


@variation("wording")
def misprints(draft: Draft) -> None:
    """Misprints met in real reports."""
    _replace(draft, *MISPRINTS)


@variation("wording")
def typed_twice(draft: Draft) -> None:
    """A header typed twice."""
    draft.relabel(lambda text: text * 2 if text.startswith("本年新制作") else text)


@variation("wording")
def articles_missing(draft: Draft) -> None:
    """第二十条第（一）项 left empty, or shortened."""
    change: Callable[[str], str] = draft.rng.choice(
        (
            lambda text: "" if text.startswith("第二十条") else text,
            lambda text: text.replace("第二十条第（", "第二十条（"),
            lambda text: text.replace("第二十条第", "第二十条 第"),
            lambda text: text.replace("第二十条", "《条例》第20条"),
        )
    )
    draft.relabel(change)


@variation("wording")
def notes_shortened(draft: Draft) -> None:
    """The long remarks in labels and in the corner left out."""
    draft.relabel(lambda text: re.sub(r"^（本列.*）$", "", text).replace(PARTLY_NOTE, ""))


@variation("wording")
def notes_lengthened(draft: Draft) -> None:
    """Remarks added to labels."""
    _replace(
        draft,
        (r"^总计$", ("总计（件）", "总计", "总  计")),
        (r"^(自然人|商业企业|科研机构)$", (r"\1（件）", r"\1")),
        (r"^(行政许可|行政处罚|行政强制)$", (r"\1（件）", r"\1 ", r"\1：")),
        (r"^(\d\..*)$", (r"\1；", r"\1。", r"\1", r"\1（件）")),
    )


@variation("script")
def traditional(draft: Draft) -> None:
    """Traditional characters throughout."""
    table = str.maketrans(SIMPLIFIED, TRADITIONAL)
    draft.relabel(lambda text: text.translate(table))
    for block in draft.blocks:
        if isinstance(block, Text):
            block.text = block.text.translate(table)
        elif not block.code:
            for box in block.boxes():
                box.text = box.text.translate(table)
    for slot, mark in draft.truth.items():
        if mark.unit and mark.unit not in mark.raw:  # the unit is the header's, as printed
            draft.truth[slot] = mark._replace(unit=mark.unit.translate(table))


PARTLY_NOTE = "（区分处理的，只计这一情形，不计其他情形）"
WORDINGS = (
    (r"^规范性文件$|^行政规范性文件$", ("规范性文件", "行政规范性文件")),
    (r"^本年制发件数$", ("本年制发件数", "本年制发件", "本年制发数", "本年 制发件数")),
    (r"^本年废止件数$", ("本年废止件数", "本年废止件", "废止件数")),
    (r"^现行有效件数$", ("现行有效件数", "现行有效件", "现行有效数量")),
    (r"^本年处理决定数量$|^处理决定数量$", ("本年处理决定数量", "处理决定数量")),
    (r"^社会公益组织$", ("社会公益组织", "社会组织")),
    (r"^总计$", ("总计", "合计")),
    (r"^法人或其他组织$", ("法人或其他组织", "法人和其他组织", "法人或者其他组织")),
    (r"^(（七）)总计$", (r"\1总计", r"\1合计")),
    (r"^申请人情况$", ("申请人情况", "申请人类型", "申请人")),
    (r"^复议后起诉$", ("复议后起诉", "经复议后起诉")),
)
MISPRINTS = (
    ("行政事业性收费", ("行政事业型收费", "行政事业性收费")),
    (
        "其他法律行政法规禁止公开",
        ("其他法律法规禁止公开", "其他法律、行政法规禁止公开", "其它法律行政法规禁止公开"),
    ),
    ("本年增/减", ("本年增/", "本年增减", "本年增／减")),
    ("不再处理其政府信息公开申请", ("不再处理其政府信息公开申请", "不再处理其政府信息申请")),
    ("属于国家秘密", ("属于国家秘密", "属于国家机密")),
    ("要求行政机关确认或重新出具", ("要求行政机关确认或者重新出具", "要求行政机关确认和重新出具")),
    ("补正后申请内容仍不明确", ("补正后申请内容仍不明确", "补正后申请内容不明确")),
    ("没有现成信息需要另行制作", ("没有现成信息需要另行制作", "没有现成信息需另行制作")),
    ("无正当理由大量反复申请", ("无正当理由大量反复申请", "无正当理由大量反复的申请")),
    ("本机关不掌握", ("本机关不掌握", "本单位不掌握")),
    ("（七）总计", ("（七）总计", "(七）总计")),
    (
        "四、结转下年度继续办理",
        ("四、结转下年度继续办理", "四、结转下年继续办理", "四、结转下一年度继续办理"),
    ),
)
SIMPLIFIED = (
    "业临举于会体关决况减华单县参发号后国复处够实审对将属广废开强当录彻总执报护据数无时机权条构标没点现获监确"
    "稳类纠级纳组织经结统继续维编缴网罚规计认议训许讼访识诉询请读财质贯费转过这进采门问阳页项题额黄书为务动"
    "区个范联万与众证质听讯产员实际办购还户达层"
)
TRADITIONAL = (
    "業臨舉於會體關決況減華單縣參發號後國復處夠實審對將屬廣廢開強當錄徹總執報護據數無時機權條構標沒點現獲監確"
    "穩類糾級納組織經結統繼續維編繳網罰規計認議訓許訟訪識訴詢請讀財質貫費轉過這進採門問陽頁項題額黃書為務動"
    "區個範聯萬與眾證質聽訊產員實際辦購還戶達層"
)
