"""The application: its routes, what all pages share, and what is said when something is not there."""

from __future__ import annotations

import importlib
import os
import pkgutil
import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

import anyio
import jinja2
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from pipeline.explorer import pages
from pipeline.explorer.asked import read_question
from pipeline.explorer.charts import as_json, bundle, draw_all, vega
from pipeline.explorer.filters import FILTERS
from pipeline.explorer.guards import Guards
from pipeline.explorer.kept import KeptPages
from pipeline.explorer.language import LanguageKept
from pipeline.explorer.page import Explorer, NotThere, render
from pipeline.explorer.published import Published
from pipeline.explorer.words import TextIndex, cut_question
from pipeline.workspace import JobError, Workspace

_HERE: Final = Path(__file__).parent


def build_app(workspace: Workspace, *, review: bool = False, names: Sequence[str] = ()) -> Starlette:
    """The explorer of a data folder, which follows what is published there.

    Args:
        workspace: the data folder; nothing need be published in it yet.
        review: let people judge findings.
        names: host names under which it is asked, beside those of loopback.
    """
    published = Published(workspace)
    explorer = Explorer(
        workspace,
        published,
        templates=_templates(),
        limiter=anyio.CapacityLimiter(2 * (os.cpu_count() or 1)),
        index=TextIndex(workspace),
        kept=KeptPages(),
        review=review,
    )

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        with suppress(ImportError):
            # Where it is installed, DuckDB imports it at its first parameters while Altair looks whether it is there:
            # neither may see it half imported by the other.
            importlib.import_module("pandas")
        threading.Thread(target=_warm_up, args=(explorer,), daemon=True).start()
        yield
        explorer.index.close()
        published.close()

    app = Starlette(
        routes=[
            *_routes(),
            Route("/vega.js", vega),
            Mount("/static", StaticFiles(directory=_HERE / "static"), name="static"),
        ],
        middleware=[Middleware(Guards, names=names), Middleware(LanguageKept)],
        exception_handlers={
            NotThere: _not_there,
            404: _no_page,
            JobError: _nothing_published,
            500: _fault,
        },
        lifespan=lifespan,
    )
    app.state.explorer = explorer
    return app


def _warm_up(explorer: Explorer) -> None:
    """Do before the first request what takes seconds: nobody need wait for it."""
    with suppress(JobError):
        explorer.index.renew(explorer.published.seen().build_id)
    read_question("郑州")
    cut_question("郑州")
    draw_all()
    bundle()


def _routes() -> list[BaseRoute]:
    """The routes of all modules in ``pages/``, each with ``ROUTES``."""
    found: list[BaseRoute] = []
    for module in sorted(one.name for one in pkgutil.iter_modules(pages.__path__)):
        found += importlib.import_module(f"{pages.__name__}.{module}").ROUTES
    return found


def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(FILTERS)
    environment.filters["chart_json"] = lambda shown: Markup(as_json(shown))
    return environment


def _message(
    request: Request, status: int, key: str, values: Mapping[str, object] | None = None, detail: str = ""
) -> Response:
    text = render(request, "message.html", key=key, detail=detail, values=values or {})
    return HTMLResponse(text, status)


def _not_there(request: Request, error: Exception) -> Response:
    assert isinstance(error, NotThere)
    return _message(request, 404, error.key, error.values)


def _no_page(request: Request, error: Exception) -> Response:
    return _message(request, 404, "error.no_page")


def _nothing_published(request: Request, error: Exception) -> Response:
    return _message(request, 503, "error.nothing_published", detail=str(error))


def _fault(request: Request, error: Exception) -> Response:
    return _message(request, 500, "error.fault")
