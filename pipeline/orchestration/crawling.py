"""The asset before the lake: what the sources' sites have that is new."""

import time
from collections.abc import Iterator
from typing import Final

import dagster as dg
from pydantic import Field

from pipeline import crawl
from pipeline.orchestration.preview import table
from pipeline.orchestration.resources import GongkaiResource

_WARNINGS: Final = 20
_OUTCOMES: Final = ("fetched", "unchanged", "blocked", "robots", "refused", "gone", "failed")


class CrawlConfig(dg.Config):
    """Which sources a run crawls; by default all that are enabled."""

    sources: list[str] = Field(default_factory=list, description="Names of sources; none means all that are enabled")


@dg.asset(
    group_name="crawl",
    kinds={"scrapy"},
    check_specs=[
        dg.AssetCheckSpec(
            "every_source_is_crawled",
            asset="crawled",
            description="Each source was crawled to its end, and its lists could be read.",
        )
    ],
)
def crawled(
    context: dg.AssetExecutionContext, config: CrawlConfig, gongkai: GongkaiResource
) -> Iterator[dg.MaterializeResult[None]]:
    """What sites have that is new, in raw/crawl/; each source in a process of its own, and none blocks what follows.

    To try sources again that failed, name them in the run's configuration:
    ``ops: {crawled: {config: {sources: [NAME]}}}``.
    """
    workspace, start = gongkai.workspace, time.perf_counter()
    done = []
    if not crawl.source_files(workspace):
        context.log.info(f"There is no source in {workspace.sources}: nothing is crawled.")
    elif not workspace.crawl_settings.exists():
        context.log.warning(f"Nobody says who crawls, in {workspace.crawl_settings}: nothing is crawled.")
    else:
        done = crawl.crawl(workspace, config.sources)
    for one in done:
        context.log.log("WARNING" if one.error else "INFO", "\n".join(crawl.tell(one, _WARNINGS)))
    outcomes = {outcome: sum(one.outcomes[outcome] for one in done) for outcome in _OUTCOMES}
    yield dg.MaterializeResult(
        metadata={
            "sources": len(done),
            "failed_sources": [one.source for one in done if one.has_failed],
            "errors": {one.source: one.error for one in done if one.error},
            **outcomes,
            "seconds": time.perf_counter() - start,
            "preview": table(
                ["source", *_OUTCOMES],
                [[one.source, *(one.outcomes[outcome] for outcome in _OUTCOMES)] for one in done],
            ),
        },
        check_results=[
            dg.AssetCheckResult(
                passed=not any(one.has_failed for one in done),
                check_name="every_source_is_crawled",
                severity=dg.AssetCheckSeverity.WARN,
                metadata={"failed": [one.source for one in done if one.has_failed]},
            )
        ],
    )
