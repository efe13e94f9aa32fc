"""A small lake, written as `pipeline.lake` writes one, whose reports say what a test wants them to say."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from importlib.resources import files

import polars as pl

from pipeline.extraction import Section
from pipeline.extraction.copying import fingerprint
from pipeline.lake.passes import PASSES, Narrative
from pipeline.lake.passes.reading import pass_folder
from pipeline.lake.schemas import BATCH_TABLES, FINGERPRINTS, MANIFEST, SNAPSHOT, STATEMENTS, frame
from pipeline.lake.store import write_batch, write_table
from pipeline.workspace import Workspace

TYPES = (
    "natural_person", "company", "research_institution", "public_interest_organisation", "legal_service",
    "other_organisation",
)  # fmt: skip
COLUMNS = (*TYPES, "total")
VENUES = ("reconsideration", "litigation_direct", "litigation_after_reconsideration")
RESULTS = ("upheld", "corrected", "other", "pending", "total")

Printed = Mapping[tuple[str, str], object]
"""What stands in each place (row, column) of a table: a number, or text as printed ('' is blank)."""


def form_rows(form: str) -> list[str]:
    """The rows of the requests table of a form, in order."""
    with (files("pipeline.forms") / "requests_rows.csv").open(encoding="utf-8") as file:
        return [row["row_code"] for row in csv.DictReader(file) if row[f"label_{form}"]]


def disclosure_places(form: str) -> list[tuple[str, str]]:
    """The cells of the disclosure table of a form, in order."""
    with (files("pipeline.forms") / "disclosure_cells.csv").open(encoding="utf-8") as file:
        return [(row["row_code"], row["column_code"]) for row in csv.DictReader(file) if row["form"] == form]


def requests(form: str = "2021", **rows: object) -> dict[tuple[str, str], object]:
    """A whole requests table: each row as seven values or one for all seven; rows not named hold 0."""
    table: dict[tuple[str, str], object] = {}
    for row in form_rows(form):
        value = rows.get(row, 0)
        values = value if isinstance(value, tuple) else (value,) * 7
        table |= {(row, column): printed for column, printed in zip(COLUMNS, values, strict=True)}
    return table


def litigation(value: object = 0, **venues: object) -> dict[tuple[str, str], object]:
    """A whole litigation table: each venue as five values; venues not named hold ``value``."""
    return {
        (venue, result): venues[venue][i] if venue in venues else value  # type: ignore[index]
        for venue in VENUES
        for i, result in enumerate(RESULTS)
    }


def disclosure(form: str = "2021", value: object = 0, **cells: object) -> dict[tuple[str, str], object]:
    """A whole disclosure table; cells are named ``row__column``."""
    return {(row, column): cells.get(f"{row}__{column}", value) for row, column in disclosure_places(form)}


@dataclass
class Lake:
    """Collects documents and writes them as one batch."""

    tables: dict[str, list[dict[str, object]]] = field(default_factory=lambda: {name: [] for name in BATCH_TABLES})
    statements: list[dict[str, object]] = field(default_factory=list)
    snapshot: list[dict[str, object]] = field(default_factory=list)
    passes: dict[str, list[tuple[object, ...]]] = field(default_factory=dict)

    def document(self, name: str, status: str = "extracted", code: str | None = None, **seen: object) -> str:
        """Add a document, seen at ``raw/NAME.html``; give its id."""
        document_id = hashlib.sha256(name.encode()).hexdigest()
        self.tables["documents"].append(
            {
                "document_id": document_id,
                "media_type": "text/html",
                "size_bytes": 1000,
                "status": status,
                "error_code": code,
                "error_message": code and f"{code}: look at it",
                "reader_version": 1,
                "extraction_version": 1,
                "extracted_at": datetime(2026, 2, 1),
            }
        )
        self.observe(document_id, f"{name}.html", **seen)
        return document_id

    def observe(self, document_id: str, raw_path: str, **seen: object) -> None:
        """Add a place where a document was seen."""
        self.snapshot.append(
            {
                "document_id": document_id,
                "raw_path": raw_path,
                "size_bytes": 1000,
                "mtime_ns": 1,
                "ctime_ns": 1,
                **seen,
            }
        )

    def report(
        self,
        agency: str | None,
        year: int | None,
        *,
        name: str | None = None,
        form: str = "2021",
        disclosure_form: str | None = None,
        requests: Printed | None = None,
        litigation: Printed | None = None,
        disclosure: Printed | None = None,
        sections: tuple[int, ...] = (1, 2, 3, 4, 5, 6),
        text: str = "正文",
        publish_date: date | None = None,
        signed_date: date | None = None,
        evidence: tuple[tuple[str, str, str], ...] = (),
        url: str | None = None,
        fetched_at: datetime | None = None,
    ) -> str:
        """Add an extracted report; give its document's id."""
        # The agencies are made up: what tells that two reports are by one of them is where they are from.
        document_id = self.document(name or f"{agency}-{year}", url=url, source_id=agency, fetched_at=fetched_at)
        self.tables["reports"].append(
            {
                "document_id": document_id,
                "title": f"{agency}{year}年政府信息公开工作年度报告",
                "title_evidence": "title_line (paragraph 1): ……",
                "agency_name": agency,
                "report_year": year,
                "publish_date": publish_date,
                "signed_date": signed_date,
            }
        )
        self.tables["sections"] += [
            {
                "document_id": document_id,
                "section": number,
                "heading": f"第{number}部分",
                "body": "没有收取信息处理费" if number == 6 else text,
            }
            for number in sections
        ]
        taken = {"agency_name": agency, "report_year": year, "publish_date": publish_date, "signed_date": signed_date}
        self.tables["evidence"] += [
            {
                "document_id": document_id,
                "field": name,
                "value": value,
                "rule": rule,
                "location": "paragraph 7",
                "excerpt": f"……{value}……",
                "chosen": str(taken[name]) == value,
            }
            for name, value, rule in evidence
        ]
        for index, (table_code, table_form, table) in enumerate(
            [
                ("disclosure", disclosure_form or form, disclosure),
                ("requests", form, requests),
                ("litigation", None, litigation),
            ]
        ):
            for (row, column), printed in (table or {}).items():
                self.cell(document_id, table_code, row, column, printed, form=table_form, table_index=index)
        return document_id

    def cell(
        self,
        document_id: str,
        table_code: str,
        row: str | None,
        column: str | None,
        printed: object,
        *,
        form: str | None = None,
        table_index: int = 0,
        table_set: int = 1,
        unit: str | None = None,
        status: str | None = None,
    ) -> None:
        """Add a printed cell; its state follows from what is printed."""
        text = str(printed)
        try:
            value = Decimal(text) if status is None else None
        except InvalidOperation:
            value = None
        if status is None:
            status = "number" if value is not None else {"": "blank", "/": "not_applicable"}.get(text, "unreadable")
        position = sum(cell["document_id"] == document_id for cell in self.tables["cells"])
        self.tables["cells"].append(
            {
                "document_id": document_id,
                "table_code": table_code,
                "form": form,
                "table_set": table_set,
                "row_code": row,
                "column_code": column,
                "raw_text": text,
                "value": value,
                "unit": unit,
                "status": status,
                "table_index": table_index,
                "row_index": position // 7,
                "column_index": position % 7,
                "page": None,
            }
        )

    def statement(self, document_id: str, measure: str, value: object, **fields: object) -> None:
        """Add what a document states: exactly, of its own year and of all applicants, unless said otherwise."""
        position = sum(statement["document_id"] == document_id for statement in self.statements)
        said = f"{measure}为{value}"
        self.statements.append(
            {
                "document_id": document_id,
                "position": position,
                "section": 1,
                "sentence": f"第{position}句：{said}。",
                "excerpt": said,
                "measure": measure,
                "period": "this_year",
                "scope": "unstated",
                "value": Decimal(str(value)),
                "unit": "件",
                "qualifier": "exact",
                "is_zero_by_words": False,
                **fields,
            }
        )

    def narrate(self, document_id: str, year: int, **sections: str) -> None:
        """Add the topics and the words of a document's narrative; sections are named ``section_5``."""
        parts = [Section(int(name.removeprefix("section_")), "", text) for name, text in sections.items()]
        for name in ("topics", "keywords"):
            rows = PASSES[name].rows(Narrative(document_id, parts, year, None))
            self.passes.setdefault(name, []).extend(rows)

    def fingerprints(self) -> list[dict[str, object]]:
        """What the pass over the narrative makes of the sections."""
        agencies = {report["document_id"]: report["agency_name"] for report in self.tables["reports"]}
        sections: dict[object, list[Section]] = {}
        for row in self.tables["sections"]:
            part = Section(row["section"], row["heading"], row["body"])  # type: ignore[arg-type]
            sections.setdefault(row["document_id"], []).append(part)
        return [
            {"document_id": document_id, **found._asdict()}
            for document_id, parts in sections.items()
            for found in fingerprint(parts, agencies[document_id])  # type: ignore[arg-type]
        ]

    def write(self, workspace: Workspace, batch_id: str = "1") -> None:
        """Write all that was added as one batch, with the manifest and the snapshot."""
        manifest = _frame(
            [
                {
                    "document_id": document["document_id"],
                    "batch_id": batch_id,
                    "source_fingerprint": "",
                    "reader_version": 1,
                    "extraction_version": 1,
                }
                for document in self.tables["documents"]
            ],
            MANIFEST,
        )
        tables = {name: _frame(rows, BATCH_TABLES[name]) for name, rows in self.tables.items()}
        write_batch(workspace.batches, batch_id, {**tables, "manifest": manifest})
        write_batch(pass_folder(workspace, "statements"), batch_id, {"statements": _frame(self.statements, STATEMENTS)})
        for name, rows in self.passes.items():
            write_batch(pass_folder(workspace, name), batch_id, {name: frame(rows, PASSES[name].schema)})
        write_batch(
            pass_folder(workspace, "fingerprints"),
            batch_id,
            {"fingerprints": _frame(self.fingerprints(), FINGERPRINTS)},
        )
        write_table(manifest, workspace.manifest)
        write_table(_frame(self.snapshot, SNAPSHOT), workspace.snapshot)


def _frame(rows: list[dict[str, object]], schema: dict[str, pl.DataType]) -> pl.DataFrame:
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema, orient="row")
