"""Search: agencies by names and places as people write them, and words of the narratives."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline.explorer.asked import read_question
from pipeline.explorer.page import Explorer, Look, page
from pipeline.explorer.statement import Query

_AGENCIES: Final = 30
_NARRATIVES: Final = 20
_BEFORE: Final = 40
_AFTER: Final = 110


class Excerpt(NamedTuple):
    """A stretch of a narrative, in parts: text, and whether it is what was looked for."""

    section: int
    parts: list[tuple[str, bool]]
    is_cut_before: bool
    is_cut_after: bool


async def search(request: Request) -> Response:
    """Agencies and narratives that answer to ``q``; ``page`` of the agencies, ``more`` of the narratives."""
    question = request.query_params.get("q", "").strip()[:200]
    first, more = (_page_number(request, name) for name in ("page", "more"))
    words = read_question(question)
    queries = {
        "agencies": Query(
            "search_agencies",
            {"words": words, "limit": _AGENCIES, "offset": (first - 1) * _AGENCIES},
            whole={"limit": None, "offset": 0},
        )
    }
    explorer: Explorer = request.app.state.explorer

    def find_words(look: Look) -> Mapping[str, object]:
        hits = explorer.index.find(question, look.build.build_id, _NARRATIVES, (more - 1) * _NARRATIVES)
        look.passing = hits.state != "ready"
        found = look.table(
            "sections", Query("search_sections", {"documents": hits.documents or [""], "words": hits.words or [""]})
        )
        marked = [word for word in {*question.split(), *hits.words} if word]
        narratives: dict[str, tuple[dict[str, Any], list[Excerpt]]] = {}
        for row in found:
            excerpt = _excerpt(row["section"], row["body"], marked)
            narratives.setdefault(row["document_id"], (row, []))[1].append(excerpt)
        return {
            "hits": hits,
            "narratives": list(narratives.values()),
            "pages": -(-(look.tables["agencies"].first["total"] if look.tables["agencies"] else 0) // _AGENCIES),
            "more_pages": -(-hits.total // _NARRATIVES),
        }

    return await page(request, "search.html", queries, find_words, question=question, first=first, more=more)


def _page_number(request: Request, name: str) -> int:
    said = request.query_params.get(name, "1")
    return min(max(int(said), 1), 100_000) if said.isascii() and said.isdigit() and len(said) < 7 else 1


def _excerpt(section: int, body: str, words: Iterable[str]) -> Excerpt:
    """The stretch around the first and longest of the words that stands in a text."""
    pattern = re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)), re.IGNORECASE)
    first = pattern.search(body)
    start = max((first.start() if first else 0) - _BEFORE, 0)
    end = min((first.end() if first else 0) + _AFTER, len(body))
    parts: list[tuple[str, bool]] = []
    at = start
    for match in pattern.finditer(body, start, end):
        parts += [(body[at : match.start()], False), (match[0], True)]
        at = match.end()
    parts.append((body[at:end], False))
    return Excerpt(section, parts, start > 0, end < len(body))


ROUTES = [Route("/search", search)]
