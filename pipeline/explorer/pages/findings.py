"""Findings: a list to filter, sort and leaf through; one with all that it is about; and what people say of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

import anyio
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from pipeline.explorer.choice import LEVELS
from pipeline.explorer.filters import segment
from pipeline.explorer.page import Explorer, Look, NotThere, page
from pipeline.explorer.paging import page_number
from pipeline.explorer.statement import Query
from pipeline.warehouse.findings import SEVERITIES
from pipeline.warehouse.reviewing import LONGEST, Review, ReviewChanged, all_reviews, save_review
from pipeline.warehouse.reviews import VERDICTS
from pipeline.workspace import JobError

LINES: Final = 50
STATES: Final = ("open", "closed", "reviewed", "all")
_SORTS: Final[Mapping[str, str]] = {
    "severity": "asc",
    "difference": "desc",
    "year": "desc",
    "agency": "asc",
    "rule": "asc",
}
"""What findings are sorted by, and which way at first."""
_MOST_SENT: Final = 64_000
"""Bytes of a form: far more than the longest reason takes."""
_UNSEEN: Final = Review("", "", "")
"""Stands for a review that is there no more: nothing equals it."""
_HERE: Final = ZoneInfo("Asia/Shanghai")


async def findings(request: Request) -> Response:
    """The list."""
    asked = request.query_params
    year, state, sort = asked.get("year", ""), asked.get("state", "open"), asked.get("sort", "severity")
    sort = sort if sort in _SORTS else "severity"
    order = asked.get("order", "")
    order = order if order in ("asc", "desc") else _SORTS[sort]
    chosen: dict[str, Any] = {
        "severity": asked.get("severity") if asked.get("severity") in SEVERITIES else None,
        "rule": asked.get("rule") or None,
        "document": asked.get("document") or None,
        "agency": "".join(asked.get("agency", "").split()) or None,
        "province": asked.get("province") or None,
        "level": asked.get("level") if asked.get("level") in LEVELS else None,
        "year": int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
        "state": state if state in STATES else "open",
    }
    of_any_rule = {name: value for name, value in chosen.items() if name not in ("severity", "rule")}

    def then(look: Look) -> Mapping[str, object]:
        look.table("options", Query("findings_options"))
        rules = look.table("by_rule", Query("findings_by_rule", of_any_rule))
        lines = sum(
            row["findings"]
            for row in rules
            if chosen["rule"] in (None, row["rule_code"]) and chosen["severity"] in (None, row["severity"])
        )
        pages = page_number(asked.get("page"), lines, LINES)
        parameters = {**chosen, "sort": sort, "limit": LINES, "offset": (pages.number - 1) * LINES}
        look.table("findings", Query("findings", parameters, {"order": order}, {"limit": None, "offset": 0}))
        counts = dict.fromkeys(SEVERITIES, 0)
        for row in rules:
            counts[row["severity"]] += row["findings"]
        return {"pages": pages, "counts": counts}

    return await page(
        request,
        "findings.html",
        then=then,
        chosen=chosen,
        sort=sort,
        order=order,
        sorts=_SORTS,
        severities=SEVERITIES,
        states=STATES,
        levels=LEVELS,
        said=await _reviews(request),
    )


async def finding(request: Request) -> Response:
    """One finding."""
    return await _show(request)


async def review(request: Request) -> Response:
    """Write what a person says of a finding; only where the server was started to let people judge."""
    explorer: Explorer = request.app.state.explorer
    if not explorer.review:
        return PlainTextResponse("Reviews are off here: start the server with --review.", 403)
    if int(request.headers.get("content-length") or _MOST_SENT + 1) > _MOST_SENT:
        return PlainTextResponse("Too long.", 413)
    form = dict(parse_qsl((await request.body()).decode(errors="replace"), keep_blank_values=True))
    said = {name: form.get(name, "") for name in ("verdict", "reason", "reviewer", "seen")}
    finding_id = request.path_params["finding_id"]
    new = Review(finding_id, said["verdict"], said["reason"], said["reviewer"] or None, datetime.now(_HERE).date())

    def save() -> None:
        with explorer.published.reading() as (_, connection):
            known = connection.execute("SELECT 1 FROM marts.finding WHERE finding_id = ?", [finding_id]).fetchone()
        if known is None:
            raise NotThere("findings.none_such", finding=finding_id)
        found = all_reviews(explorer.workspace.reviews).get(finding_id)
        save_review(explorer.workspace, new, found if said["seen"] == _mark(found) else _UNSEEN)

    try:
        await anyio.to_thread.run_sync(save, limiter=explorer.limiter)
    except ReviewChanged as changed:
        return await _show(
            request, 409, typed=said, changed=changed.found, refused=None if changed.found else str(changed)
        )
    except JobError as error:
        return await _show(request, 422, typed=said, refused=str(error))
    return RedirectResponse(f"/finding/{segment(finding_id)}#review", 303)


async def _show(request: Request, status: int = 200, **more: object) -> Response:
    finding_id = request.path_params["finding_id"]
    one = {"finding_id": finding_id}

    def then(look: Look) -> Mapping[str, object]:
        if not look.table("finding", Query("finding", one)):
            raise NotThere("findings.none_such", finding=finding_id)
        look.table("cells", Query("finding_cells", one))
        look.table("others", Query("finding_others", one))
        return {}

    said = await _reviews(request)
    own = said["reviews"].get(finding_id)
    context: dict[str, Any] = {"typed": None, "refused": None, "changed": None, **more}
    return await page(
        request,
        "finding.html",
        then=then,
        status=status,
        said=said,
        own=own,
        seen=_mark(own),
        verdicts=VERDICTS,
        longest=LONGEST,
        **context,
    )


async def _reviews(request: Request) -> dict[str, Any]:
    """The reviews as they stand in the file now, where people may judge: the published ones are of the last build."""
    explorer: Explorer = request.app.state.explorer
    if not explorer.review:
        return {"reviews": {}, "fault": None}
    try:
        found = await anyio.to_thread.run_sync(all_reviews, explorer.workspace.reviews, limiter=explorer.limiter)
    except JobError as error:
        return {"reviews": {}, "fault": str(error)}
    return {"reviews": found, "fault": None}


def _mark(found: Review | None) -> str:
    """What a form carries of the review that its reader saw."""
    return f"{found.verdict}|{found.reason}|{found.reviewer or ''}|{found.reviewed_on or ''}" if found else ""


ROUTES = [
    Route("/findings", findings),
    Route("/finding/{finding_id}", finding, methods=["GET"]),
    Route("/finding/{finding_id}", review, methods=["POST"]),
]
