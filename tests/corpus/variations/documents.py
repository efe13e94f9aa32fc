"""What stands around the tables."""

from __future__ import annotations

from itertools import pairwise

from tests.corpus.draft import Draft
from tests.corpus.grid import Box, Grid, Slot
from tests.corpus.report import Mark, Text, form_rows
from tests.corpus.variations.registry import variation


def _insert_after_heading(draft: Draft, number: int, *blocks: Text | Grid) -> None:
    headings = [i for i, b in enumerate(draft.blocks) if isinstance(b, Text) and b.kind == "heading"]
    at = headings[number - 1] + 1 if len(headings) >= number else 1
    draft.blocks[at:at] = blocks


def _insert_between_paragraphs(draft: Draft, block: Grid) -> None:
    """Away from other tables: text exports cannot tell two tables from one where nothing stands between."""
    pairs = enumerate(pairwise(draft.blocks), 1)
    draft.blocks.insert(draft.rng.choice([i for i, pair in pairs if not any(map(_is_grid, pair))]), block)


def _is_grid(block: Text | Grid) -> bool:
    return isinstance(block, Grid)


def _plain_grid(draft: Draft, rows: list[list[str]]) -> Grid:
    numbers = {text for row in rows for text in row if text.isdigit()}
    draft.tolerated |= numbers
    return Grid([[Box(text) for text in row] for row in rows])


@variation("headings")
def headings_missing(draft: Draft) -> None:
    """No section titles."""
    draft.blocks = [b for b in draft.blocks if isinstance(b, Grid) or b.kind != "heading"]


@variation("headings")
def headings_misnumbered(draft: Draft) -> None:
    """三是收到和处理…, titles typed twice, titles of other words."""
    for block in draft.blocks:
        if isinstance(block, Text) and block.kind == "heading":
            number, _, words = block.text.partition("、")
            block.text = draft.rng.choice(
                (
                    f"{number}是{words}",
                    f"{block.text}{block.text}",
                    words,
                    f"{number} {words}",
                    f"第{number}部分 {words}",
                )
            )


@variation("headings")
def headings_in_tables(draft: Draft) -> None:
    """The section's title as the first row of its table."""
    for grid in draft.grids():
        at = draft.blocks.index(grid) - 1
        title = draft.blocks[at]
        if isinstance(title, Text) and title.kind == "heading":
            draft.blocks.pop(at)
            grid.insert_row(0, Box(title.text, "note"))
            grid.header_rows += 1


@variation("notes")
def notes_around_tables(draft: Draft) -> None:
    """Captions above and notes under a table."""
    for grid in draft.grids():
        draft.blocks.insert(draft.blocks.index(grid), Text("单位：件", "caption"))
        draft.after(
            grid,
            Text(f"注：以上数据统计截至{draft.report.year}年12月31日，行政许可、行政处罚由执法队统计。"),
            Text("总计 7"),
        )


@variation("notes")
def prose_between(draft: Draft) -> None:
    """A sentence with the labels' words and with figures before each table."""
    for grid in {grid.code: grid for grid in reversed(draft.grids())}.values():
        prose = Text(f"{draft.report.year}年收到自然人申请12件，予以公开3件；行政许可0件，行政复议结果维持1件。")
        draft.blocks.insert(draft.blocks.index(grid), prose)


@variation("decoys")
def table_of_links(draft: Draft) -> None:
    """A table of other years' reports."""
    rows = [[f"{year}年政府信息公开工作年度报告", f"{year + 1}-01-20"] for year in range(2015, 2020)]
    _insert_between_paragraphs(draft, _plain_grid(draft, rows))


@variation("decoys")
def calendar(draft: Draft) -> None:
    """A calendar: seven columns of numbers."""
    days = [str(n) for n in range(1, 32)]
    rows = [list("日一二三四五六"), *([*days[i : i + 7], *[""] * 7][:7] for i in range(0, 31, 7))]
    _insert_between_paragraphs(draft, _plain_grid(draft, rows))


@variation("decoys")
def statistics_of_licences(draft: Draft) -> None:
    """A table in section 1 whose rows are called like the form's, and whose columns are not."""
    rows = [["事项", "上年", "本年", "备注"]]
    for name in ("行政许可", "行政处罚", "行政强制", "规章", "行政规范性文件", "总计"):
        rows.append([name, draft.unused_number(), draft.unused_number(), ""])
    _insert_after_heading(draft, 1, _plain_grid(draft, rows))


@variation("decoys")
def statistics_of_channels(draft: Draft) -> None:
    """A table in section 1 about channels, with 总计 and 其他."""
    rows = [["公开渠道", "政府网站", "微博", "微信", "其他", "总计"]]
    rows.append(["信息数量", *(draft.unused_number() for _ in range(5))])
    _insert_after_heading(draft, 1, _plain_grid(draft, rows))


@variation("decoys")
def statistics_of_applicants(draft: Draft) -> None:
    """A table in section 1 of applications by applicant, in words of its own."""
    rows = [["申请人", "自然人", "法人或其他组织", "总计"]]
    for name in ("申请数量", "答复数量", "其中：予以公开", "不予公开"):
        rows.append([name, *(draft.unused_number() for _ in range(3))])
    _insert_after_heading(draft, 1, _plain_grid(draft, rows))


@variation("decoys")
def statistics_of_departments(draft: Draft) -> None:
    """A table in section 3 of applications by department and month."""
    rows = [["部门", "收到", "予以公开", "部分公开", "不予公开", "无法提供", "合计"]]
    for name in ("教育局", "水利局", "其他", "总计"):
        rows.append([name, *(draft.unused_number() for _ in range(6))])
    _insert_after_heading(draft, 3, _plain_grid(draft, rows))


@variation("decoys script")
def annex_of_2014(draft: Draft) -> None:
    """The annex of the reports for 2014 to 2018, some of its rows, with figures beside its headings too."""
    rows = [["统计指标", "单位", "统计数"], *([name, unit, ""] for name, unit in ANNEX)]
    left = {line["row_code"]: line["label"] for line in form_rows("statistics_2014")}
    for row in rows[1:]:
        row[2] = draft.unused_number()
        draft.tolerated.add(row[2])
        code = next((code for code, label in left.items() if label.partition("（不")[0].endswith(row[0])), None)
        if code:
            del left[code]
            draft.truth[Slot("statistics", 1, code, "value")] = Mark.number(row[2], unit=row[1])
    draft.blocks += [Text("附表 政府信息公开情况统计表"), _plain_grid(draft, rows)]


ANNEX = (
    ("一、主动公开情况", "——"),
    ("（一）主动公开政府信息数", "条"),
    ("其中：主动公开规范性文件数", "条"),
    ("制发规范性文件总数", "件"),
    ("（二）通过不同渠道和方式公开政府信息的情况", "——"),
    ("5.其他方式公开政府信息数", "条"),
    ("三、依申请公开情况", "——"),
    ("（一）收到申请数", "件"),
    ("1.当面申请数", "件"),
    ("（二）申请办结数", "件"),
    ("2.同意公开答复数", "件"),
    ("3.同意部分公开答复数", "件"),
    ("4.不同意公开答复数", "件"),
    ("其中：涉及国家秘密", "件"),
    ("危及国家安全、公共安全、经济安全和社会稳定", "件"),
    ("6.申请信息不存在数", "件"),
    ("四、行政复议数量", "件"),
    ("（一）维持具体行政行为数", "件"),
    ("（二）被依法纠错数", "件"),
    ("（三）其他情形数", "件"),
    ("五、行政诉讼数量", "件"),
    ("（一）维持具体行政行为或者驳回原告诉讼请求数", "件"),
    ("七、依申请公开信息收取的费用", "万元"),
)
