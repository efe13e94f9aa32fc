"""Who reports: the words of agency names, and which agency a document is by."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


def resolve(reports: pl.DataFrame, observations: pl.DataFrame) -> pl.DataFrame:
    """Say for each report document which agency reported; see `pipeline.agencies.resolution.resolve`."""
    # Extraction knows this room for its words, and its workers do without Polars.
    from pipeline.agencies import resolution

    return resolution.resolve(reports, observations)
