"""The process that crawls one source: ``python -m pipeline.crawl.child``.

Scrapy's reactor cannot be started twice in a process, and a site that brings its process down must not take others
along. What it does stands in the manifest; on standard output it tells each visit, a JSON object a line.
"""

from __future__ import annotations

import json
import logging
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipeline.crawl.manifest import Manifest, Visit
from pipeline.crawl.source import Source, read_sources
from pipeline.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Task:
    """What the process is to do."""

    data: str
    source: str
    run_id: str
    user_agent: str
    allow_private: bool
    dry_run: bool


class _Told(Manifest):
    """A manifest that tells the parent process of each visit."""

    def add(self, visit: Visit) -> None:
        super().add(visit)
        print(json.dumps(asdict(visit), ensure_ascii=False), flush=True)


def main(task: Task) -> None:
    """Crawl a source to its end."""
    from scrapy.crawler import AsyncCrawlerProcess

    from pipeline.crawl.spider import ReportSpider
    from pipeline.crawl.store import Store

    workspace = Workspace(Path(task.data))
    source = read_sources(workspace)[task.source]
    folder = workspace.crawls / source.name
    manifest = _Told(folder / "dry-run" / f"{task.run_id}.jsonl") if task.dry_run else _Told.resume(folder, task.run_id)
    logging.basicConfig(filename=manifest.path.with_suffix(".log"), level=logging.INFO)
    process = AsyncCrawlerProcess(_settings(workspace, source, task), install_root_handler=False)
    process.crawl(
        ReportSpider,
        source=source,
        manifest=manifest,
        store=Store(workspace.crawled / source.name),
        raw=workspace.raw,
        dry_run=task.dry_run,
    )
    process.start()


def _settings(workspace: Workspace, source: Source, task: Task) -> dict[str, Any]:
    pace, limits = source.rules["pace"], source.rules["limits"]
    room = "pipeline.crawl"
    return {
        "USER_AGENT": task.user_agent,
        "ROBOTSTXT_OBEY": True,
        "TELNETCONSOLE_ENABLED": False,
        "COOKIES_ENABLED": False,
        "HTTPPROXY_ENABLED": False,
        "LOG_LEVEL": "INFO",
        # Pace
        "DOWNLOAD_DELAY": pace["seconds"],
        "RANDOMIZE_DOWNLOAD_DELAY": False,
        "CONCURRENT_REQUESTS_PER_DOMAIN": pace["connections"],
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": pace["seconds"],
        "AUTOTHROTTLE_TARGET_CONCURRENCY": float(pace["connections"]),
        # Limits
        "DOWNLOAD_TIMEOUT": limits["seconds"],
        "DOWNLOAD_MAXSIZE": int(limits["megabytes"] * 2**20),
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_FAIL_ON_DATALOSS": True,
        "REDIRECT_MAX_TIMES": limits["redirects"],
        "DEPTH_LIMIT": limits["depth"],
        # Only what has changed
        "HTTPCACHE_ENABLED": True,
        "HTTPCACHE_DIR": str(workspace.crawls / source.name / "cache.sqlite"),
        "HTTPCACHE_POLICY": f"{room}.cache.AskAlways",
        "HTTPCACHE_STORAGE": f"{room}.cache.SqliteCache",
        # Where it may go
        "DNS_RESOLVER": f"{room}.guard.PublicResolver",
        "GONGKAI_HOSTS": sorted(source.hosts),
        "GONGKAI_ALLOW_PRIVATE": task.allow_private,
        "GONGKAI_BACKOFF": pace["seconds"],
        "GONGKAI_BACKOFF_MAX": limits["seconds"],
        "DOWNLOADER_MIDDLEWARES": {
            f"{room}.guard.Guard": 50,
            f"{room}.guard.Robots": 100,
            f"{room}.guard.PatientRetry": 550,
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
            "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
        },
    }


if __name__ == "__main__":
    main(Task(**json.loads(sys.argv[1])))
