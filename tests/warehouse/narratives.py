"""Two years of one agency, with a narrative in which every figure reconciles with the tables when it is read right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tests.corpus.draft import Draft
from tests.corpus.grid import Slot
from tests.corpus.html import write_html
from tests.corpus.report import Mark, MarkedReport, Text
from tests.warehouse.lake import COLUMNS, VENUES, disclosure, form_rows

Split = tuple[int, int]
"""Cases of natural persons and of companies."""


@dataclass(frozen=True)
class Year:
    """The tables of a report, their sums left out, and what it says of them. ``{p}`` is the agency's place."""

    text: str
    new: Split = (0, 0)
    carried_in: Split = (0, 0)
    carried_out: Split = (0, 0)
    outcomes: Mapping[str, Split] = field(default_factory=dict)
    courts: Mapping[str, tuple[int, int, int, int]] = field(default_factory=dict)

    def figures(self) -> dict[Slot, int]:
        """Each place of the form of 2021 and its figure; all sums hold."""
        concluded = (sum(n for n, _ in self.outcomes.values()), sum(c for _, c in self.outcomes.values()))
        for type_ in (0, 1):
            assert self.new[type_] + self.carried_in[type_] == concluded[type_] + self.carried_out[type_], self.text
        rows = {
            **self.outcomes,
            "received_new": self.new,
            "carried_in": self.carried_in,
            "outcomes_total": concluded,
            "carried_out": self.carried_out,
        }
        table = {Slot("disclosure", 1, row, column): 0 for row, column in disclosure("2021")}
        for row in form_rows("2021"):
            natural, company = rows.pop(row, (0, 0))
            values = (natural, company, 0, 0, 0, 0, natural + company)
            table |= {Slot("requests", 1, row, column): value for column, value in zip(COLUMNS, values, strict=True)}
        assert not rows
        for venue in VENUES:
            results = self.courts.get(venue, (0, 0, 0, 0))
            values = dict(zip(("upheld", "corrected", "other", "pending"), results, strict=True))
            table |= {Slot("litigation", 1, venue, result): value for result, value in values.items()}
            table[Slot("litigation", 1, venue, "total")] = sum(results)
        return table


@dataclass(frozen=True)
class Pair:
    """An agency, named but for its place, and its reports for 2022 and 2023."""

    agency: str
    before: Year
    this: Year

    def but(self, old: str, new: str) -> Pair:
        """The same with one thing said otherwise in the later report."""
        assert self.this.text.count(old) == 1, (old, self.this.text)
        return replace(self, this=replace(self.this, text=self.this.text.replace(old, new)))


def page(agency: str, place: str, year: int, report: Year) -> bytes:
    """A report as a web page."""
    marked = MarkedReport(1)
    marked.agency, marked.year, marked.signed = place + agency, year, f"{year + 1}年1月20日"
    draft = Draft.of(marked)
    marks = {slot: Mark.number(str(value)) for slot, value in report.figures().items()}
    blocks = [
        block
        for block in marked.blocks(marks)
        if not (isinstance(block, Text) and block.kind == "prose" and "统计期限" not in block.text)
    ]
    said = [Text(line) for line in report.text.format(p=place).splitlines()]
    first = next(n for n, block in enumerate(blocks) if isinstance(block, Text) and block.kind == "heading") + 1
    draft.blocks = [*blocks[:first], *said, *blocks[first:]]
    return write_html(draft)


PAIRS = {
    "total with those carried in": Pair(
        "人民政府",
        Year(
            "2022年，全市收到政府信息公开申请510件（含上年结转10件），办结498件，结转下年度12件。",
            (440, 60), (10, 0), (11, 1),
            {"granted": (239, 39), "unavailable_not_held": (200, 20)},
        ),
        Year(
            "2023年，全市共收到政府信息公开申请530件（含上年结转12件），办结515件，结转下年度15件。",
            (458, 60), (11, 1), (13, 2),
            {
                "granted": (180, 20), "granted_partly": (36, 4), "refused_third_party": (21, 4),
                "unavailable_not_held": (128, 22), "not_processed_petition": (36, 4), "other_remaining": (55, 5),
            },
        ),
    ),
    "growth": Pair(
        "教育局",
        Year(
            "2022年新收政府信息公开申请80件，全部由我局政务公开科统一受理。",
            (70, 10), (0, 0), (2, 0), {"granted": (68, 10)},
        ),
        Year(
            "2023年，我局新收政府信息公开申请92件，比上年增加12件，增长15%。其中自然人申请80件，法人或其他组织申请12件。\n"
            "按时办结率达到100%，组织业务培训3次，参训120人次。",
            (80, 12), (2, 0), (4, 0), {"granted": (78, 12)},
        ),
    ),
    "reconsiderations and suits": Pair(
        "自然资源局",
        Year(
            "2022年收到申请60件，因政府信息公开引发行政复议5件、行政诉讼2件。",
            (60, 0), (0, 0), (0, 0), {"granted": (60, 0)},
            {"reconsideration": (3, 1, 1, 0), "litigation_direct": (2, 0, 0, 0)},
        ),
        Year(
            "2023年收到申请74件。因政府信息公开引发行政复议9件（已审结7件），其中维持5件，纠正1件，其他结果1件；"
            "引发行政诉讼4件，其中1件尚未审结。",
            (70, 4), (0, 0), (0, 0), {"granted": (50, 4), "unavailable_not_held": (20, 0)},
            {
                "reconsideration": (5, 1, 1, 2), "litigation_direct": (2, 0, 0, 1),
                "litigation_after_reconsideration": (1, 0, 0, 0),
            },
        ),
    ),
    "sums over offices": Pair(
        "人民政府",
        Year(
            "2022年全市新收政府信息公开申请497件。", (497, 0), (0, 0), (0, 0), {"granted": (497, 0)},
        ),
        Year(
            "2023年，市政府办公室受理政府信息公开申请20件，各县（市、区）受理310件，市直各部门受理200件，全市共计530件。",
            (530, 0), (0, 0), (0, 0), {"granted": (400, 0), "granted_partly": (130, 0)},
        ),
    ),
    "accepted, less withdrawn": Pair(
        "住房和城乡建设局",
        Year("2022年受理政府信息公开申请101件。", (101, 0), (0, 0), (0, 0), {"granted": (101, 0)}),
        Year(
            "2023年共受理政府信息公开申请114件，均在法定期限内答复。另有6件申请人主动撤回。",
            (110, 10), (0, 0), (0, 0), {"granted": (104, 10), "other_remaining": (6, 0)},
        ),
    ),
    "new ones concluded": Pair(
        "市场监督管理局",
        Year("2022年新收申请70件，结转3件。", (70, 0), (0, 0), (3, 0), {"granted": (67, 0)}),
        Year(
            "2023年本局新收政府信息公开申请100件，当年办结95件；上年结转的3件已全部办结，结转下年度继续办理5件。",
            (92, 8), (3, 0), (5, 0), {"granted": (80, 8), "unavailable_not_held": (10, 0)},
        ),
    ),
    "the year before beside it": Pair(
        "公安局",
        Year("2022年共收到政府信息公开申请54件。", (54, 0), (0, 0), (0, 0), {"granted": (54, 0)}),
        Year(
            "2023年共收到政府信息公开申请66件，同比上升22.2%，上年收到54件。",
            (60, 6), (0, 0), (0, 0), {"granted": (60, 6)},
        ),
    ),
    "the year before in brackets": Pair(
        "公安局",
        Year("2022年收到申请130件，办结126件。", (130, 0), (0, 0), (4, 0), {"granted": (126, 0)}),
        Year(
            "2023年收到政府信息公开申请117件（2022年为130件），比上年减少10%；连同上年结转4件，应办理121件，实际办结119件。",
            (117, 0), (4, 0), (2, 0), {"granted": (100, 0), "other_remaining": (19, 0)},
        ),
    ),
    "nothing": Pair(
        "统计局",
        Year("2022年，本单位未收到政府信息公开申请，无行政复议和行政诉讼案件。"),
        Year(
            "2023年，我局未收到政府信息公开申请，未发生因政府信息公开引起的行政复议、行政诉讼。\n"
            "全年通过门户网站公开政府信息156条，政务新媒体发布信息320条。",
        ),
    ),
    "outcomes one by one": Pair(
        "民政局",
        Year("2022年共收到依申请公开9件。", (9, 0), (0, 0), (0, 0), {"granted": (9, 0)}),
        Year(
            "2023年共收到依申请公开12件，均按时答复，其中予以公开7件，部分公开2件，无法提供3件。",
            (12, 0), (0, 0), (0, 0),
            {"granted": (7, 0), "granted_partly": (2, 0), "unavailable_not_held": (3, 0)},
        ),
    ),
    "round numbers": Pair(
        "财政局",
        Year("2022年收到申请近百件。", (97, 0), (0, 0), (0, 0), {"granted": (97, 0)}),
        Year(
            "2023年全年收到政府信息公开申请120余件，其中上半年收到申请60件。近三年累计收到申请300余件。",
            (120, 6), (0, 0), (0, 0), {"granted": (120, 6)},
        ),
    ),
    "city and its own level": Pair(
        "人民政府",
        Year("2022年全市新收申请1100件。", (1000, 100), (0, 0), (0, 0), {"granted": (1000, 100)}),
        Year(
            "2023年，全市新收政府信息公开申请1203件，其中市本级新收87件，县（市、区）新收1116件。",
            (1103, 100), (0, 0), (0, 0), {"granted": (1103, 100)},
        ),
    ),
    "less than the year before": Pair(
        "人力资源和社会保障局",
        Year("2022年新收申请500件。", (500, 0), (0, 0), (0, 0), {"granted": (500, 0)}),
        Year(
            "2023年新收政府信息公开申请460件，较上年减少40件，下降8%。在已答复的460件申请中，予以公开210件、部分公开30件、"
            "不予公开55件、无法提供120件、不予处理25件、其他处理20件。",
            (460, 0), (0, 0), (0, 0),
            {
                "granted": (210, 0), "granted_partly": (30, 0), "refused_deliberative": (55, 0),
                "unavailable_not_held": (120, 0), "not_processed_petition": (25, 0), "other_remaining": (20, 0),
            },
        ),
    ),
    "disputes": Pair(
        "交通运输局",
        Year("2022年收到申请30件。", (30, 0), (0, 0), (0, 0), {"granted": (30, 0)}),
        Year(
            "2023年收到申请41件。涉及政府信息公开的行政复议、行政诉讼案件共11件。",
            (41, 0), (0, 0), (0, 0), {"granted": (41, 0)},
            {"reconsideration": (4, 1, 0, 2), "litigation_direct": (3, 0, 0, 1)},
        ),
    ),
    "refused in a wide sense": Pair(
        "卫生健康委员会",
        Year("2022年收到申请44件，办结44件。", (44, 0), (0, 0), (0, 0), {"granted": (44, 0)}),
        Year(
            "2023年，共收到申请58件，上年无结转，全部办结。其中主动公开答复23件，依法不予公开35件。",
            (58, 0), (0, 0), (0, 0),
            {"granted": (20, 0), "granted_partly": (3, 0), "refused_internal_affairs": (20, 0),
             "not_processed_petition": (15, 0)},
        ),
    ),
    "the year's own share of a stock": Pair(
        "林业局",
        Year(
            "2022年收到申请25件，办结21件，4件结转至2023年办理。", (25, 0), (0, 0), (4, 0), {"granted": (21, 0)},
        ),
        Year(
            "2023年，我局办理政府信息公开申请37件，其中上年结转4件，本年新收33件；已办结36件，1件结转下一年度继续办理。",
            (33, 0), (4, 0), (1, 0), {"granted": (36, 0)},
        ),
    ),
    "parts by body": Pair(
        "人民政府",
        Year("2022年全市新收申请450件，结转下年7件。", (450, 0), (0, 0), (7, 0), {"granted": (443, 0)}),
        Year(
            "2023年，全市新收政府信息公开申请500件，上年结转7件，其中市本级新收86件，予以公开20件，部分公开3件，结转下年2件。\n"
            "——依申请公开。办结498件，予以公开401件；市本级办结84件，予以公开20件；全市结转9件。",
            (500, 0), (7, 0), (9, 0), {"granted": (401, 0), "granted_partly": (97, 0)},
        ),
    ),
    "own level beside the whole": Pair(
        "人民政府办公室",
        Year("2022年新收申请100件。", (100, 0), (0, 0), (3, 0), {"granted": (97, 0)}),
        Year(
            "2023年，本机关新收政府信息公开申请104件（上年100件），同比增加4%，上年结转3件；办结103件。全市新收政府信息公开申请3412件，"
            "办结3365件，结转下年47件，予以公开1702件。",
            (104, 0), (3, 0), (4, 0), {"granted": (103, 0)},
        ),
    ),
    "no year said": Pair(
        "农业农村局",
        Year("收到申请8件。", (8, 0), (0, 0), (0, 0), {"granted": (8, 0)}),
        Year(
            "（二）依申请公开。收到政府信息公开申请9件，申请内容涉及宅基地5件、低保2件、社会组织1件。予以公开4件，无法提供5件。"
            "累计收到政府信息公开申请60件。\n"
            "复议1件、诉讼0件，与行政处罚有关，与信息公开无关。",
            (9, 0), (0, 0), (0, 0), {"granted": (4, 0), "unavailable_not_held": (5, 0)},
        ),
    ),
}  # fmt: skip

ERROR, WARNING, YEARS = "statement_mismatch", "statement_unsupported", "statement_years_mismatch"

CONTRADICTIONS = [
    ("total with those carried in", "办结515件", "办结541件", WARNING),
    ("total with those carried in", "申请530件", "申请539件", WARNING),
    ("total with those carried in", "上年结转12件", "上年结转13件", ERROR),
    ("total with those carried in", "结转下年度15件", "结转下年度16件", ERROR),
    ("growth", "申请92件", "申请95件", ERROR),
    ("growth", "增加12件", "增加21件", YEARS),
    ("growth", "增长15%", "增长25%", YEARS),
    ("reconsiderations and suits", "行政复议9件", "行政复议19件", WARNING),
    ("reconsiderations and suits", "行政诉讼4件", "行政诉讼6件", WARNING),
    ("reconsiderations and suits", "纠正1件", "纠正3件", WARNING),
    ("the year before beside it", "上年收到54件", "上年收到45件", YEARS),
    ("the year before beside it", "22.2%", "32.2%", YEARS),
    ("the year before beside it", "申请66件", "申请69件", WARNING),
    ("outcomes one by one", "公开12件", "公开21件", WARNING),
    ("city and its own level", "申请1203件", "申请1230件", ERROR),
    ("less than the year before", "予以公开210件", "予以公开238件", WARNING),
    ("less than the year before", "减少40件", "减少50件", YEARS),
    ("disputes", "共11件", "共21件", WARNING),
    ("new ones concluded", "结转下年度继续办理5件", "结转下年度继续办理6件", ERROR),
    ("the year's own share of a stock", "本年新收33件", "本年新收38件", ERROR),
    ("parts by body", "全市结转9件", "全市结转8件", WARNING),
    ("own level beside the whole", "申请104件", "申请140件", ERROR),
    ("own level beside the whole", "上年100件", "上年110件", YEARS),
    ("no year said", "申请9件，", "申请12件，", WARNING),
]
"""What is altered in the later report of a pair, and the rule that has to find it."""
