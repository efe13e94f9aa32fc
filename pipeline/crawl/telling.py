"""What a crawl did, in words for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from pipeline.crawl.manifest import Visit
from pipeline.crawl.run import Crawled

_ORDER: Final = ("fetched", "unchanged", "new", "known", "blocked", "robots", "refused", "gone", "failed", "limit")


def tell(crawled: Crawled, shown: int) -> Iterator[str]:
    """The lines on one source: how many of its reports and files came to what, then ``shown`` of what is missing."""
    lists = Counter(visit.outcome in {"fetched", "unchanged"} for visit in crawled.visits if visit.kind == "list")
    counts = [f"{crawled.outcomes[outcome]:,} {outcome}" for outcome in _ORDER if crawled.outcomes[outcome]]
    pages = f"{lists[True]:,} list page{'' if lists[True] == 1 else 's'} read"
    yield f"{crawled.source}: {', '.join(counts) or 'no report found'}; {pages}"
    if crawled.error:
        yield from (f"  error     {line}" for line in crawled.error.splitlines())
    problems = crawled.problems
    yield from (f"  {visit.outcome:<9} {_tell_visit(visit)}" for visit in problems[:shown])
    if len(problems) > shown:
        yield f"  ... and {len(problems) - shown:,} more"


def _tell_visit(visit: Visit) -> str:
    name = "a list page" if visit.kind == "list" else visit.link_text or visit.kind
    return f"{visit.url} ({name}): {visit.reason}"
