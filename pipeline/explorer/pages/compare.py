"""Any two reports side by side: their figures, their text, and what one has of the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline.explorer.comparing.copies import Narrative, copied
from pipeline.explorer.comparing.figures import grids
from pipeline.explorer.comparing.words import difference, share_kept
from pipeline.explorer.page import Look, NotThere, Row, page
from pipeline.explorer.statement import Query

_ANNEX: Final = "statistics"
_LISTED: Final = 12
"""Passages that both have which a page lists; the text shows where all stand."""


async def compare(request: Request) -> Response:
    """Two reports (``left`` and ``right``, documents), or the way to choose them."""
    asked = request.query_params
    left, right = asked.get("left", ""), asked.get("right", "")
    if left and right and left != right:
        return await _side_by_side(request, left, right)
    queries = {}
    if left:
        queries["chosen"] = Query("compare_reports", {"left": left, "right": left})
        queries["others"] = Query("compare_others", {"left": left})
    if words := " ".join(asked.get("q", "").split()):
        queries["found"] = Query("compare_search", {"words": words})

    def then(look: Look) -> Mapping[str, object]:
        if left and not look.tables["chosen"]:
            raise NotThere("compare.no_report", document=left)
        return {}

    return await page(request, "compare_choose.html", queries, then, left=left, words=words)


async def _side_by_side(request: Request, left: str, right: str) -> Response:
    both = {"left": left, "right": right}

    def then(look: Look) -> Mapping[str, object]:
        sides = {row["side"]: row for row in look.table("reports", Query("compare_reports", both))}
        for side, document in both.items():
            if not sides.get(side):
                raise NotThere("compare.no_report", document=document)
        parts = [row["document_id"] for row in look.table("parts", Query("compare_parts", both))]
        figures = look.table("figures", Query("compare_figures", {**both, "parts": parts}))
        look.table("rates", Query("compare_rates", both))
        if any(row["table_code"] == _ANNEX for row in figures):
            look.table("series", Query("compare_series", both))
        sections = look.table("sections", Query("compare_sections", both))
        look.table("copied", Query("compare_copied", both))
        look.table("passages", Query("compare_passages", both))
        bodies = {side: {row["section"]: row["body"] for row in sections if row["side"] == side} for side in both}
        common = copied(*(Narrative(sides[side]["printed_name"], bodies[side]) for side in both))
        return {
            "sides": sides,
            "grids": list(grids(figures)),
            "texts": _texts(sections.rows),
            "common": common,
            "listed": common.passages[:_LISTED],
        }

    return await page(request, "compare.html", then=then, left=left, right=right)


def _texts(rows: list[Row]) -> list[dict[str, Any]]:
    """Each section of the two reports as pieces of text."""
    sections: dict[int, dict[str, Row]] = {}
    for row in rows:
        sections.setdefault(row["section"], {})[row["side"]] = row
    texts = []
    for number, sides in sections.items():
        left, right = (sides.get(side) or {"heading": None, "body": ""} for side in ("left", "right"))
        pieces = difference(left["body"], right["body"])
        heading = left["heading"] or right["heading"]
        texts.append({"section": number, "heading": heading, "pieces": pieces, "kept": share_kept(pieces)})
    return texts


ROUTES = [Route("/compare", compare)]
