"""Lakes of generated reports, written as `pipeline.lake` writes one, to measure builds with.

The form is that of 2021, 200 cells a report; the batches are as large as those of a real run. Agencies are bodies of
real divisions at all levels, each with a report a year on its division's site.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import product
from pathlib import Path

import numpy as np
import polars as pl

from pipeline.agencies.divisions import LEVELS, TOWNSHIP, ancestors, divisions, is_statistical
from pipeline.lake.passes.reading import pass_folder
from pipeline.lake.refreshing import BATCH_DOCUMENTS
from pipeline.lake.schemas import BATCH_TABLES, FINGERPRINTS, KEYWORDS, MANIFEST, SNAPSHOT, STATEMENTS, TOPICS, Schema
from pipeline.lake.store import write_batch, write_table
from pipeline.workspace import Workspace

YEARS = (2021, 2022, 2023, 2024, 2025)
SEEDED = 0.02
"""The share of consistent reports in which one figure is wrong."""

_BLANKS = 0.1
"""The share of consistent reports that leave blank what is zero."""
_AGENCIES = BATCH_DOCUMENTS
"""How many agencies are made at a time: so many batches of documents as there are years."""
_FORMS = Path(__file__).parents[1] / "pipeline" / "forms"
_TOPICS = Path(__file__).parents[1] / "dbt_project" / "seeds" / "topic_codes.csv"
_BODIES = (
    "人民政府 教育局 司法局 水利局 财政局 民政局 审计局 统计局 林业局 公安局 交通运输局 自然资源局 生态环境局 "
    "农业农村局 市场监督管理局 应急管理局 医疗保障局 卫生健康委员会 发展和改革委员会 机关事务服务中心"
).split()

_STATED = (
    ("received_new", "total", "requests", "received_new", "本年度共收到公民、法人和其他组织提出的申请{}件。"),
    ("received_new", "natural_person", "requests", "received_new", "其中，自然人通过网络、信函和当面提出的申请{}件。"),
    ("carried_in", "total", "requests", "carried_in", "上年度结转至本年度继续办理的申请{}件。"),
    ("concluded", "total", "requests", "outcomes_total", "全年按照法定时限办结政府信息公开申请{}件。"),
    ("granted", "total", "requests", "granted", "对符合公开条件的，依法予以公开{}件。"),
    ("carried_out", "total", "requests", "carried_out", "尚在法定期限以内、结转下年度继续办理的申请{}件。"),
    ("reconsiderations", "total", "litigation", "reconsideration", "因政府信息公开被申请行政复议{}件。"),
    ("suits_direct", "total", "litigation", "litigation_direct", "因政府信息公开未经复议直接提起的行政诉讼{}件。"),
)
"""What each narrative states: measure, applicants, the row of which table gives it, in which words."""

Figures = Callable[[np.random.Generator, int], tuple[np.ndarray, np.ndarray]]
"""From a source of chance and a number of agencies to the value of each place of the form and whether it is printed,
both [agency, year, place]."""


def write_lake(workspace: Workspace, reports: int, figures: Figures) -> None:
    """Write a lake of so many reports: a whole number of agencies, each with all years."""
    places, names = form_places(), agency_names(-(-reports // len(YEARS)))
    manifests, snapshots = [], []
    for first in range(0, len(names), _AGENCIES):
        agencies = names[first : first + _AGENCIES]
        values, is_printed = figures(np.random.default_rng(first), len(agencies))
        every = _documents(agencies, first)
        for start in range(0, len(every), BATCH_DOCUMENTS):
            batch_id = f"{first * len(YEARS) + start:08}"
            batch = slice(start, start + BATCH_DOCUMENTS)
            documents = every[batch].with_columns(batch_id=pl.lit(batch_id))
            stated = _statements(documents, places, values.reshape(len(every), -1)[batch])
            rows = {
                "documents": documents,
                "reports": documents,
                "cells": _cells(
                    documents,
                    places,
                    values.reshape(len(every), -1)[batch],
                    is_printed.reshape(len(every), -1)[batch],
                ),
                "sections": _sections(documents, stated),
                "evidence": _evidence(documents),
                "links": documents.select("document_id", position=0, href=pl.lit("附件.docx"), text=pl.lit("附件"))
                .gather_every(3)
                .with_columns(kind=pl.lit("attachment")),
            }
            manifests.append(_fit(documents, MANIFEST))
            tables = {name: _fit(rows[name], BATCH_TABLES[name]) for name in rows}
            write_batch(workspace.batches, batch_id, {**tables, "manifest": manifests[-1]})
            write_batch(pass_folder(workspace, "statements"), batch_id, {"statements": _fit(stated, STATEMENTS)})
            prints = {"fingerprints": _fit(_fingerprints(documents), FINGERPRINTS)}
            write_batch(pass_folder(workspace, "fingerprints"), batch_id, prints)
            write_batch(pass_folder(workspace, "topics"), batch_id, {"topics": _fit(_topics(documents), TOPICS)})
            words = {"keywords": _fit(_keywords(documents), KEYWORDS)}
            write_batch(pass_folder(workspace, "keywords"), batch_id, words)
            snapshots.append(_fit(documents, SNAPSHOT))
    write_table(pl.concat(manifests), workspace.manifest)
    write_table(pl.concat(snapshots), workspace.snapshot)


def random_figures(rng: np.random.Generator, agencies: int) -> tuple[np.ndarray, np.ndarray]:
    """Every figure by chance: nearly no sum holds."""
    values = rng.integers(0, 1000, (agencies, len(YEARS), form_places().height))
    return values, np.ones_like(values, dtype=bool)


def consistent_figures(rng: np.random.Generator, agencies: int) -> tuple[np.ndarray, np.ndarray]:
    """Every sum holds, within a report and from year to year, but for one figure in some of the reports."""
    places = form_places()
    at = {key: index for index, key in enumerate(places.select("table_code", "row_code", "column_code").iter_rows())}
    shape = (agencies, len(YEARS))
    values = np.zeros((*shape, len(at)), dtype=np.int64)

    rows = pl.read_csv(_FORMS / "requests_rows.csv").filter(pl.col("label_2021").is_not_null())
    outcomes = rows.filter(pl.col("kind") == "outcome")["row_code"].to_list()
    types = [code for code in pl.read_csv(_FORMS / "requests_columns.csv")["column_code"] if code != "total"]
    size = rng.gamma(0.5, 1.0, (agencies, 1, 1, 1))
    answered = rng.poisson(size * rng.gamma(0.3, 1.0, (1, 1, len(outcomes), len(types))), (*shape, len(outcomes), 6))
    concluded = answered.sum(axis=2)
    # What a year carries in is what the year before carried out, and no more than it concluded.
    carried_in = np.minimum(rng.poisson(0.3, concluded.shape), concluded)
    carried_out = np.concatenate([carried_in[:, 1:], rng.poisson(0.3, (agencies, 1, len(types)))], axis=1)
    table = {
        **{code: answered[:, :, index] for index, code in enumerate(outcomes)},
        "outcomes_total": concluded,
        "carried_in": carried_in,
        "carried_out": carried_out,
        "received_new": concluded + carried_out - carried_in,
    }
    for code, cases in table.items():
        for index, column in enumerate(types):
            values[:, :, at["requests", code, column]] = cases[:, :, index]
        values[:, :, at["requests", code, "total"]] = cases.sum(axis=2)

    litigation = places.filter(pl.col("table_code") == "litigation")
    for venue in litigation["row_code"].unique(maintain_order=True):
        results = [at["litigation", venue, code] for code in ("upheld", "corrected", "other", "pending")]
        values[:, :, results] = rng.poisson(0.2, (*shape, len(results)))
        values[:, :, at["litigation", venue, "total"]] = values[:, :, results].sum(axis=2)

    for index in (index for (table_code, *_), index in at.items() if table_code == "disclosure"):
        values[:, :, index] = rng.poisson(20.0, shape)
    for item in ("regulation", "normative_document"):
        issued, repealed, in_force = (at["disclosure", item, measure] for measure in ("issued", "repealed", "in_force"))
        values[:, :, repealed] = rng.poisson(1.0, shape)
        values[:, :, in_force] = 100 + np.cumsum(values[:, :, issued] - values[:, :, repealed], axis=1)

    is_printed = (values > 0) | (rng.random(shape) >= _BLANKS)[..., None]
    wrong = np.nonzero(rng.random(shape) < SEEDED)
    place = rng.integers(len(at), size=len(wrong[0]))
    values[(*wrong, place)] += 1
    is_printed[(*wrong, place)] = True
    return values, is_printed


def form_places() -> pl.DataFrame:
    """Every place of the three tables of the form of 2021, in order."""
    disclosure = pl.read_csv(_FORMS / "disclosure_cells.csv").filter(pl.col("form") == 2021)
    rows = pl.read_csv(_FORMS / "requests_rows.csv").filter(pl.col("label_2021").is_not_null())
    columns = pl.read_csv(_FORMS / "requests_columns.csv")
    litigation = pl.read_csv(_FORMS / "litigation_columns.csv")
    tables = [
        ("disclosure", "2021", disclosure.select("row_code", "column_code")),
        ("requests", "2021", rows.select("row_code").join(columns.select("column_code"), how="cross")),
        ("litigation", None, litigation.select(row_code="venue_code", column_code="result_code")),
    ]
    return pl.concat(
        table.with_row_index("position").select(
            "row_code",
            "column_code",
            table_code=pl.lit(code),
            form=pl.lit(form, dtype=pl.String),
            table_set=1,
            table_index=index,
            row_index=pl.col("position") // 7,
            column_index=pl.col("position") % 7,
        )
        for index, (code, form, table) in enumerate(tables)
    )


def agency_names(count: int) -> list[tuple[str, str]]:
    """Names of agencies, no two alike, and the division that each is of: one of a township for four of a county."""
    standing = [one for one in divisions().values() if one.valid_to is None and not is_statistical(one.code)]
    upper = [one for level in LEVELS for one in standing if one.level == level and level != TOWNSHIP]
    lower = [one for one in standing if one.level == TOWNSHIP and one.name[-1] in "镇乡"]

    def full(code: str) -> str:
        return "".join(one.name for one in (*ancestors(code), divisions()[code]))

    above: Iterator[tuple[str, str]] = ((full(one.code) + body, one.code) for body, one in product(_BODIES, upper))
    below: Iterator[tuple[str, str]] = ((full(one.code) + "人民政府", one.code[:6]) for one in lower)
    names: dict[str, str] = {}
    while len(names) < count:
        for source in (above, above, above, above, below):
            name, code = next(source)
            names[name] = code
    return list(names.items())[:count]


def _documents(agencies: list[tuple[str, str]], first: int) -> pl.DataFrame:
    """The documents of some agencies with all that is known of them, agency by agency."""
    keys = [(name, code, year) for name, code in agencies for year in YEARS]
    frame = pl.DataFrame(keys, ["agency_name", "code", "report_year"], orient="row").with_columns(
        raw_path=pl.format("{}/{}-{}.html", "code", pl.int_range(pl.len()) + first * len(YEARS), "report_year")
    )
    return frame.with_columns(
        document_id=pl.Series([hashlib.sha256(path.encode()).hexdigest() for path in frame["raw_path"]]),
        title=pl.format("{}{}年政府信息公开工作年度报告", "agency_name", "report_year"),
        url=pl.format("http://www.d{}.gov.cn/{}", "code", "raw_path"),
        source_id=pl.col("code"),
        publish_date=pl.date(pl.col("report_year") + 1, 1, 20),
        signed_date=pl.date(pl.col("report_year") + 1, 1, 15),
        period_start=pl.date(pl.col("report_year"), 1, 1),
        period_end=pl.date(pl.col("report_year"), 12, 31),
        **{
            f"{field}_evidence": pl.lit("title_line (paragraph 0)") for field in ("title", "agency_name", "report_year")
        },
        fetched_at=datetime(2026, 4, 1),
        media_type=pl.lit("text/html"),
        status=pl.lit("extracted"),
        source_fingerprint=pl.lit(""),
        format=pl.lit("html"),
        detection_version=1,
        reader_version=1,
        extraction_version=1,
        extracted_at=datetime(2026, 4, 1),
        size_bytes=1,
        mtime_ns=1,
        ctime_ns=1,
    )


def _cells(documents: pl.DataFrame, places: pl.DataFrame, values: np.ndarray, is_printed: np.ndarray) -> pl.DataFrame:
    cells = documents.select("document_id").join(places, how="cross", maintain_order="left_right")
    figure = pl.Series(values.ravel())
    printed = pl.Series(is_printed.ravel())
    return cells.with_columns(
        value=pl.when(printed).then(figure),
        raw_text=pl.when(printed).then(figure.cast(pl.String)).otherwise(pl.lit("")),
        status=pl.when(printed).then(pl.lit("number")).otherwise(pl.lit("blank")),
    )


def _statements(documents: pl.DataFrame, places: pl.DataFrame, values: np.ndarray) -> pl.DataFrame:
    """What the narratives state, each figure as the tables have it, in order."""
    at = {key: index for index, key in enumerate(places.select("table_code", "row_code", "column_code").iter_rows())}
    return pl.concat(
        documents.select(
            "document_id",
            value=pl.Series(values[:, at[table_code, row_code, applicant_type]]),
            measure=pl.lit(measure),
            applicant_type=pl.lit(None if applicant_type == "total" else applicant_type, dtype=pl.String),
            position=position,
            section=1 if table_code == "requests" else 4,
            period=pl.lit("this_year"),
            scope=pl.lit("unstated"),
            unit=pl.lit("件"),
            qualifier=pl.lit("exact"),
            is_zero_by_words=False,
        ).with_columns(sentence=pl.format(words, "value"), excerpt=pl.format("{}件", "value"))
        for position, (measure, applicant_type, table_code, row_code, words) in enumerate(_STATED)
    ).sort("document_id", "position")


def _fingerprints(documents: pl.DataFrame) -> pl.DataFrame:
    """Thirty-five sentences a report: of a hundred, 35 the agency's own every year, 10 the same but edited, 25 those of
    some sixty agencies that year, 10 everybody's, 20 new."""
    sentences = documents.select("document_id", "agency_name", "report_year").join(
        pl.DataFrame({"position": range(35)}), how="cross", maintain_order="left_right"
    )
    drawn = pl.struct("agency_name", "report_year", "position").hash(1) % 100
    of_agency = pl.struct("agency_name", "position").hash(2)
    group = (pl.col("agency_name").hash(3) % 350).alias("group")
    of_group = pl.struct(group, "report_year", "position").hash(4)
    of_all = pl.struct(pl.col("position") % 20).hash(5)
    once = pl.struct("agency_name", "report_year", "position").hash(6)
    is_edited = pl.col("drawn").is_between(35, 44)
    said = sentences.with_columns(drawn=drawn).with_columns(
        said=pl.when(pl.col("drawn") < 45)
        .then(of_agency)
        .when(pl.col("drawn") < 70)
        .then(of_group)
        .when(pl.col("drawn") < 80)
        .then(of_all)
        .otherwise(once),
        once=once,
    )
    length = pl.lit(55)
    return said.select(
        "document_id",
        "position",
        section=pl.lit(1),
        start=pl.col("position") * 20,
        length=length,
        characters=length - 5,
        fingerprint=pl.when(is_edited).then(pl.col("once")).otherwise(pl.col("said")).reinterpret(signed=True),
        # An edit changes some bits, and the first of three bands.
        sketch=pl.when(is_edited)
        .then(pl.col("said").xor(pl.col("report_year").cast(pl.UInt64)))
        .otherwise(pl.col("said"))
        .reinterpret(signed=True),
        band_1=(pl.when(is_edited).then(pl.col("once")).otherwise(pl.col("said")) % 2**31).cast(pl.Int32),
        band_2=(pl.col("said").hash(2) % 2**31).cast(pl.Int32),
        band_3=(pl.col("said").hash(3) % 2**31).cast(pl.Int32),
    )


def _topics(documents: pl.DataFrame) -> pl.DataFrame:
    """Nine topics a report, three of each kind, as in real ones."""
    codes = pl.read_csv(_TOPICS)["topic_code"]
    drawn = documents.select("document_id").join(
        pl.DataFrame({"position": range(9)}), how="cross", maintain_order="left_right"
    )
    code = (pl.struct("document_id", "position").hash(1) % len(codes)).alias("code")
    names = pl.DataFrame({"code": range(len(codes)), "topic_code": codes}, schema_overrides={"code": pl.UInt64})
    return (
        drawn.with_columns(code)
        .join(names, on="code", how="left", maintain_order="left")
        .with_columns(
            section=pl.lit(5),
            sentence_number=pl.col("position") // 3,
            sentence=pl.lit("一是主动公开的及时性和针对性有待增强，二是业务人员力量不足。"),
            excerpt=pl.lit("主动公开的及时性和针对性有待增强"),
            kind=pl.Series(["problem", "solved", "promise"] * (drawn.height // 3)),
            cue=pl.lit("及时性,有待增强"),
        )
    )


def _keywords(documents: pl.DataFrame) -> pl.DataFrame:
    """A hundred words a report, of some ten thousand: a few in nearly all reports, most in few."""
    drawn = documents.select("document_id").join(
        pl.DataFrame({"number": range(100)}), how="cross", maintain_order="left_right"
    )
    chance = pl.struct("document_id", "number").hash(1) % 10_000 / 10_000
    word = (10_000**chance).cast(pl.Int64) * 100 + pl.col("number")
    return drawn.select("document_id", section=pl.lit(1), term=pl.format("词{}", word), count=1 + pl.col("number") % 7)


def _sections(documents: pl.DataFrame, stated: pl.DataFrame) -> pl.DataFrame:
    headings = (
        "总体情况",
        "主动公开政府信息情况",
        "收到和处理政府信息公开申请情况",
        "政府信息公开行政复议、行政诉讼情况",
        "存在的主要问题及改进情况",
        "其他需要报告的事项",
    )
    phrases, endings = {1: 20, 5: 8, 6: 3}, {6: "本年度未收取政府信息公开信息处理费。"}
    said = stated.group_by("document_id", "section", maintain_order=True).agg(said=pl.col("sentence").str.join())
    return pl.concat(
        documents.join(
            said.filter(pl.col("section") == section), on="document_id", how="left", maintain_order="left"
        ).select(
            "document_id",
            section=pl.lit(section),
            heading=pl.lit(heading),
            body=pl.concat_str(
                pl.format("{}年，{}认真贯彻落实《中华人民共和国政府信息公开条例》，", "report_year", "agency_name"),
                pl.lit("坚持以公开为常态、不公开为例外，推进政务公开工作，依申请公开办理规范有序。" * phrases[section]),
                pl.col("said").fill_null(""),
                pl.lit(endings.get(section, "")),
            )
            if section in phrases
            else pl.col("said").fill_null(""),
        )
        for section, heading in enumerate(headings, 1)
    )


def _evidence(documents: pl.DataFrame) -> pl.DataFrame:
    sightings = [
        ("title", "title_line", True),
        ("title", "page_title", False),
        ("agency_name", "title_line", True),
        ("agency_name", "sign_off", False),
        ("report_year", "title_line", True),
        ("report_year", "narrative", False),
        ("publish_date", "publish_date", True),
        ("signed_date", "sign_off", True),
    ]
    return pl.concat(
        documents.select(
            "document_id",
            "title",
            field=pl.lit(field),
            value=pl.col(field).cast(pl.String),
            rule=pl.lit(rule),
            location=pl.lit("paragraph 0"),
            excerpt=pl.col("title"),
            chosen=pl.lit(chosen),
        )
        for field, rule, chosen in sightings
    )


def _fit(rows: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    """The columns of a table of the lake, null where ``rows`` has none."""
    return rows.select(
        (pl.col(name) if name in rows.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in schema.items()
    )
