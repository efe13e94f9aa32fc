"""The schemas of the lake: one declared Polars schema a table, the same in every batch.

The names of the columns are the contract of schema ``landing`` of the published file.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import polars as pl

Schema = dict[str, pl.DataType]

_TEXT: Final = pl.String()
_INT: Final = pl.Int32()
_DATE: Final = pl.Date()
_TIME: Final = pl.Datetime("us")  # UTC, without a zone: DuckDB's TIMESTAMP

DOCUMENTS: Final[Schema] = {
    "document_id": _TEXT,  # SHA-256 of the bytes, hex
    "media_type": _TEXT,
    "size_bytes": pl.Int64(),
    "status": _TEXT,  # extracted, not_a_report, quarantined
    "error_code": _TEXT,
    "error_message": _TEXT,
    "reader_version": _INT,
    "extraction_version": _INT,
    "extracted_at": _TIME,
}

OBSERVATIONS: Final[Schema] = {
    "document_id": _TEXT,
    "raw_path": _TEXT,
    "source_id": _TEXT,
    "url": _TEXT,
    "page_url": _TEXT,  # the page that linked to it
    "link_text": _TEXT,  # of the link that led to it
    "fetched_at": _TIME,
}

REPORTS: Final[Schema] = {
    "document_id": _TEXT,
    "title": _TEXT,
    "title_evidence": _TEXT,
    "agency_name": _TEXT,
    "agency_name_evidence": _TEXT,
    "report_year": _INT,
    "report_year_evidence": _TEXT,
    "publish_date": _DATE,
    "publish_date_evidence": _TEXT,
    "signed_date": _DATE,
    "signed_date_evidence": _TEXT,
    "period_start": _DATE,
    "period_start_evidence": _TEXT,
    "period_end": _DATE,
    "period_end_evidence": _TEXT,
}

CELLS: Final[Schema] = {
    "document_id": _TEXT,
    "table_code": _TEXT,  # disclosure, requests, litigation; statistics (the annex of 2014 to 2018)
    "form": _TEXT,  # 2019, 2021; null for litigation; 2014 for statistics
    "table_set": _INT,
    "row_code": _TEXT,
    "column_code": _TEXT,
    "raw_text": _TEXT,
    "value": pl.Decimal(20, 6),
    "unit": _TEXT,
    "status": _TEXT,  # number, blank, not_applicable, unreadable, unplaced
    "table_index": _INT,
    "row_index": _INT,
    "column_index": _INT,
    "page": _INT,  # from 1
    "bbox": pl.List(pl.Float32()),  # left, top, right, bottom: fractions of the page as it is shown
    "confidence": pl.Float32(),  # of the recognition of the characters, 0 to 1; null where the format gives them
}

SECTIONS: Final[Schema] = {
    "document_id": _TEXT,
    "section": _INT,  # 1 to 6
    "heading": _TEXT,
    "body": _TEXT,
}

EVIDENCE: Final[Schema] = {
    "document_id": _TEXT,
    "field": _TEXT,  # title, agency_name, report_year, publish_date, signed_date, period_start, period_end
    "value": _TEXT,
    "rule": _TEXT,
    "location": _TEXT,
    "excerpt": _TEXT,
    "chosen": pl.Boolean(),
}

STATEMENTS: Final[Schema] = {
    "document_id": _TEXT,
    "section": _INT,  # 1 to 6
    "position": _INT,  # among the document's statements, from 0
    "sentence": _TEXT,
    "excerpt": _TEXT,
    "measure": _TEXT,
    "applicant_type": _TEXT,  # a column of the requests table, or organisation; null for all applicants
    "period": _TEXT,  # this_year, last_year, since, part, unknown
    "scope": _TEXT,  # own, whole, other, unstated
    "value": pl.Decimal(20, 6),
    "unit": _TEXT,
    "qualifier": _TEXT,  # exact, about, over, share, growth, change
    "is_zero_by_words": pl.Boolean(),
}
"""What the narrative states in figures (pass ``statements``)."""

TOPICS: Final[Schema] = {
    "document_id": _TEXT,
    "position": _INT,  # among the document's topics, from 0
    "section": _INT,  # 1, 5 or 6
    "sentence_number": _INT,  # in the section, from 0
    "sentence": _TEXT,
    "excerpt": _TEXT,  # the clause, folded
    "topic_code": _TEXT,
    "kind": _TEXT,  # problem, solved, promise
    "cue": _TEXT,  # the words that decided
}
"""What the narrative admits and promises (pass ``topics``)."""

KEYWORDS: Final[Schema] = {
    "document_id": _TEXT,
    "section": _INT,  # 1, 5 or 6
    "term": _TEXT,
    "count": _INT,
}
"""How often words stand in the narrative (pass ``keywords``): of each document its most frequent ones."""
FINGERPRINTS: Final[Schema] = {
    "document_id": _TEXT,
    "section": _INT,  # 1 to 6
    "position": _INT,  # among the document's sentences that count, from 0
    "start": _INT,  # in the section's body, in characters
    "length": _INT,  # of the sentence as printed
    "characters": _INT,  # of its wording
    "fingerprint": pl.Int64(),  # the same for the same wording
    "sketch": pl.Int64(),  # much the same for much the same wording: bits
    "band_1": _INT,
    "band_2": _INT,
    "band_3": _INT,  # one of the three is likely the same for much the same wording
}
"""The sentences of the narrative that are compared with those of others (pass ``fingerprints``)."""

LINKS: Final[Schema] = {
    "document_id": _TEXT,
    "position": _INT,  # in the document, from 0
    "href": _TEXT,  # as written
    "text": _TEXT,
    "kind": _TEXT,  # attachment, picture
}
"""The files that a document offers or shows; which of them are here, and parts of a report, each build decides."""

BATCH_TABLES: Final[dict[str, Schema]] = {
    "documents": DOCUMENTS,
    "reports": REPORTS,
    "cells": CELLS,
    "sections": SECTIONS,
    "evidence": EVIDENCE,
    "links": LINKS,
}
"""What one batch of read documents holds, a Parquet file a table: ``batches/batch_id=ID/TABLE.parquet``."""

MANIFEST: Final[Schema] = {
    "document_id": _TEXT,
    "batch_id": _TEXT,  # the batch whose rows of this document count
    "source_fingerprint": _TEXT,  # of what NAME.meta.json said when the document was read
    "format": _TEXT,  # as its bytes were told; null where they could not be
    "detection_version": _INT,  # of what tells formats
    "reader_version": _INT,  # of the reader of its format; 0 where there is none
    "extraction_version": _INT,
    "error_code": _TEXT,  # some are no last word: what crashed or lacked a program is tried again
}
"""Which batch holds the current reading of each document ever read: ``manifest.parquet``."""

SNAPSHOT: Final[Schema] = {
    **OBSERVATIONS,
    "size_bytes": pl.Int64(),
    "path": pl.Binary(),  # of the file, as the file system has it, under raw/; ``raw_path`` is its text
    "member": pl.List(_INT),  # in an archive: the number of the member, at each level; else empty
    "file_bytes": pl.Int64(),  # of the file (of the archive), with its times
    "mtime_ns": pl.Int64(),
    "ctime_ns": pl.Int64(),
    "sidecar": _TEXT,  # its size and times; empty where there is none, null where something is wrong with it
    "source_fingerprint": _TEXT,  # of what it says
}
"""What raw/ held when it was last looked at, one row a document's place: ``snapshot.parquet``. A file is one place, an
archive as many as it has members (and one more if some of them cannot be had). Only documents in it are in the
warehouse; ``landing.documents.raw_path`` is the first of a document's paths in it."""


def frame(rows: Iterable[tuple[Any, ...]], schema: Schema) -> pl.DataFrame:
    """Rows as a table of a schema; what does not fit is an error, never null."""
    # By columns, strictly: built by rows, Polars turns what does not fit into null.
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pl.DataFrame(dict(zip(schema, columns, strict=True)), schema=schema, strict=True)
