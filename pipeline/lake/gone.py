"""Documents that ``raw/`` no longer holds: their readings are kept for some time, since they may return."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import polars as pl

from pipeline.lake.kept import forget_kept
from pipeline.lake.schemas import Schema
from pipeline.lake.store import read_table, write_table
from pipeline.workspace import Workspace

GONE: Final[Schema] = {
    "document_id": pl.String(),
    "gone_at": pl.Datetime("us"),  # when a run first found it gone, UTC
}
"""``gone.parquet``."""


def forget_gone(workspace: Workspace, manifest: pl.DataFrame, present: pl.Series, keep_days: float) -> pl.DataFrame:
    """The manifest without the documents that have been gone for longer than ``keep_days``.

    ``present`` are the documents of ``raw/``. When others went is written down; what readers gave of those forgotten is
    removed.

    Raises:
        OSError: the lake cannot be written.
    """
    now = datetime.now(UTC).replace(tzinfo=None)
    absent = manifest.filter(pl.col("document_id").is_in(present.implode()).not_()).select("document_id")
    known = read_table(workspace.gone, GONE)
    gone = absent.join(known, on="document_id", how="left").with_columns(pl.col("gone_at").fill_null(now))
    is_over = pl.col("gone_at") <= now - timedelta(days=keep_days)
    forgotten = gone.filter(is_over)
    if not forgotten.is_empty():
        forget_kept(workspace.kept, set(forgotten["document_id"]))
    write_table(gone.filter(is_over.not_()).sort("document_id"), workspace.gone)
    return manifest.join(forgotten, on="document_id", how="anti", maintain_order="left")
