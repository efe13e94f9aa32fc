"""Crawl: sources and spiders fill ``raw/`` and know nothing else."""

from typing import Final

SOURCES: Final[tuple[str, ...]] = ()
"""The names of the configured sources."""
