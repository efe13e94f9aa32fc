"""Who reports: divisions, the grammar of agency names, place by evidence, and which agency a document is by."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl

    from pipeline.agencies.identity import Aliases


def resolve(
    reports: pl.DataFrame,
    observations: pl.DataFrame,
    evidence: pl.DataFrame | None = None,
    sections: pl.DataFrame | None = None,
    aliases: Aliases | None = None,
    known: Iterable[str] = (),
) -> pl.DataFrame:
    """Say for each report document which agency reported; see `pipeline.agencies.resolution.resolve`."""
    # Extraction knows this room for its words, and its workers do without Polars.
    from pipeline.agencies import resolution

    return resolution.resolve(reports, observations, evidence, sections, aliases, known)
