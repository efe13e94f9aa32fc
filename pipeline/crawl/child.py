"""The process that crawls one source: ``python -m pipeline.crawl.child``.

Scrapy's reactor cannot be started twice in a process, and a site that brings its process down must not take others
along. It reads its task from the first line of standard input and tells each visit on standard output, a JSON object
a line. When standard input ends, its parent is gone or wants it to stop: it ends at once, since what it writes is
whole at any moment, and the next crawl goes on from there.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Thread
from typing import Any, Final

from filelock import FileLock, Timeout

from pipeline.crawl.manifest import Manifest, Visit, fold
from pipeline.crawl.source import Source
from pipeline.workspace import Workspace

_STOPPED: Final = 75


@dataclass(frozen=True, slots=True)
class Task:
    """What the process is to do; ``rules`` are those of the source."""

    data: str
    source: str
    rules: Mapping[str, Any]
    run_id: str
    user_agent: str
    allow_loopback: bool
    dry_run: bool


class _Told(Manifest):
    """A manifest that tells the parent process of each visit."""

    def add(self, visit: Visit) -> None:
        super().add(visit)
        print(json.dumps(asdict(visit)), flush=True)


def main() -> None:
    """Do the task that standard input holds."""
    task = Task(**json.loads(sys.stdin.readline()))
    Thread(target=_stop_with_parent, daemon=True).start()
    workspace = Workspace(Path(task.data))
    folder = workspace.crawls / task.source
    if task.dry_run:
        logging.basicConfig(handlers=[logging.NullHandler()])
        _crawl(workspace, task, _Told())
        return
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / ".lock", timeout=0):
            fold(folder)
            manifest = _Told.resume(folder, task.run_id)
            assert manifest.path
            logging.basicConfig(filename=manifest.path.with_suffix(".log"), level=logging.INFO)
            _crawl(workspace, task, manifest)
    except Timeout:
        sys.exit("Another process crawls this source.")


def _crawl(workspace: Workspace, task: Task, manifest: Manifest) -> None:
    from scrapy.crawler import AsyncCrawlerProcess, Crawler

    from pipeline.crawl.spider import ReportSpider
    from pipeline.crawl.store import Store

    source = Source(task.source, task.rules)
    process = AsyncCrawlerProcess(_settings(workspace, source, task), install_root_handler=False)
    crawler: Crawler = process.create_crawler(ReportSpider)
    process.crawl(
        crawler,
        source=source,
        manifest=manifest,
        store=Store(workspace.crawled / source.name),
        raw=workspace.raw,
        dry_run=task.dry_run,
    )
    process.start()
    ended = getattr(crawler.spider, "ended", "")
    if not manifest.last:
        sys.exit(f"It could not begin; what happened stands in {workspace.crawls / source.name}.")
    if ended != "finished":
        sys.exit(f"It was stopped ({ended}) and goes on next time.")


def _stop_with_parent() -> None:
    sys.stdin.read()
    os._exit(_STOPPED)


def _settings(workspace: Workspace, source: Source, task: Task) -> dict[str, Any]:
    from pipeline.crawl.manners import ROBOT

    pace, limits = source.rules["pace"], source.rules["limits"]
    room = "pipeline.crawl"
    scrapy = "scrapy.downloadermiddlewares"
    return {
        "USER_AGENT": task.user_agent,
        "ROBOTSTXT_OBEY": True,
        "ROBOTSTXT_USER_AGENT": ROBOT,
        "TELNETCONSOLE_ENABLED": False,
        "COOKIES_ENABLED": False,
        "HTTPPROXY_ENABLED": False,
        "LOG_LEVEL": "INFO",
        # Pace
        "DOWNLOAD_DELAY": pace["seconds"],
        "RANDOMIZE_DOWNLOAD_DELAY": False,
        "CONCURRENT_REQUESTS_PER_DOMAIN": pace["connections"],
        # few, so that what comes first goes first, and two that wait before they are made again
        "CONCURRENT_REQUESTS": pace["connections"] * len(source.hosts) + 2,
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": pace["seconds"],
        "AUTOTHROTTLE_TARGET_CONCURRENCY": float(pace["connections"]),
        "EXTENSIONS": {"scrapy.extensions.throttle.AutoThrottle": None, f"{room}.manners.Throttle": 0},
        "GONGKAI_BACKOFF": pace["seconds"],
        "GONGKAI_LONGEST_WAIT": limits["seconds"],
        # Limits; those of lists and depth the spider knows, so that nothing is passed over in silence
        "DOWNLOAD_TIMEOUT": limits["seconds"],
        "DOWNLOAD_MAXSIZE": int(limits["megabytes"] * 2**20),
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_FAIL_ON_DATALOSS": True,
        "REDIRECT_MAX_TIMES": limits["redirects"],
        "METAREFRESH_MAXDELAY": 5,
        "CLOSESPIDER_TIMEOUT": limits["hours"] * 3600,
        "URLLENGTH_LIMIT": 0,
        "HTTPERROR_ALLOW_ALL": True,
        # Only what has changed; a dry run leaves no trace
        "HTTPCACHE_ENABLED": not task.dry_run,
        "HTTPCACHE_DIR": str(workspace.crawls / source.name / "cache.sqlite"),
        "HTTPCACHE_POLICY": f"{room}.cache.AskAlways",
        "HTTPCACHE_STORAGE": f"{room}.cache.SqliteCache",
        # Where it may go
        "DNS_RESOLVER": f"{room}.guard.PublicResolver",
        "GONGKAI_HOSTS": sorted(source.hosts),
        "GONGKAI_ALLOW_LOOPBACK": task.allow_loopback,
        "DOWNLOADER_MIDDLEWARES": {
            f"{room}.guard.Guard": 50,
            f"{room}.manners.Robots": 100,
            f"{room}.manners.PatientRetry": 550,
            f"{room}.cache.Revalidation": 900,
            f"{scrapy}.robotstxt.RobotsTxtMiddleware": None,
            f"{scrapy}.retry.RetryMiddleware": None,
            f"{scrapy}.offsite.OffsiteMiddleware": None,
            f"{scrapy}.httpcache.HttpCacheMiddleware": None,
        },
    }


if __name__ == "__main__":
    main()
