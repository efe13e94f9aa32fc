"""The start page: what is in here."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline.explorer.page import page
from pipeline.explorer.statement import Query


async def start(request: Request) -> Response:
    """What is in here."""
    return await page(request, "start.html", {"reports": Query("start_reports")})


ROUTES = [Route("/", start)]
