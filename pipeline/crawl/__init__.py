"""Crawl: sources are YAML, a spider fetches their reports into ``raw/`` and knows nothing of what they hold."""

from pipeline.crawl.checking import check
from pipeline.crawl.history import FailingSource, failing_sources
from pipeline.crawl.run import Crawled, crawl, crawl_sources
from pipeline.crawl.source import BadSource, Source, read_source, read_sources, source_files
from pipeline.crawl.telling import tell

__all__ = [
    "BadSource",
    "Crawled",
    "FailingSource",
    "Source",
    "check",
    "crawl",
    "crawl_sources",
    "failing_sources",
    "read_source",
    "read_sources",
    "source_files",
    "tell",
]
