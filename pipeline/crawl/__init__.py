"""Crawl: sources are YAML, a spider fetches their reports into ``raw/`` and knows nothing of what they hold."""

from pipeline.crawl.run import Crawled, crawl, crawl_sources
from pipeline.crawl.source import Source, read_source, read_sources

__all__ = ["Crawled", "Source", "crawl", "crawl_sources", "read_source", "read_sources"]
