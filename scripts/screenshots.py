"""The pictures of the explorer in docs/screenshots/, taken anew: ``python -m scripts.screenshots``.

The pages are those of a real server on the reports that the tests in Chromium generate (no real agency reported these
figures); ``--data DIR`` takes a folder that was built from them before. Each picture is a WebP of at most 150 KB.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Final

import duckdb
from PIL import Image
from playwright.sync_api import Browser

from pipeline.workspace import Workspace
from tests.explorer.browser import warehouse
from tests.explorer.browser.chromium import chromium, print_page
from tests.explorer.browser.places import addresses
from tests.explorer.browser.server import serve
from tests.explorer.browser.visitor import visiting

FOLDER: Final = Path(__file__).parents[1] / "docs" / "screenshots"
MOST_BYTES: Final = 150_000
WIDTH: Final = 1280


@dataclass(frozen=True)
class Shot:
    """A picture: of which page, how high, in which language, on which device."""

    page: str
    height: int = 900
    language: str = "zh"
    width: int = WIDTH
    dark: bool = False


SHOTS: Final = {
    "start": Shot("start"),
    "start.en": Shot("start", language="en"),
    "agency": Shot("agency", 1000),
    "report": Shot("figure in a page"),
    "report.scan": Shot("figure in a scan"),
    "compare": Shot("two reports"),
    "rankings": Shot("rankings"),
    "places": Shot("places"),
    "findings": Shot("findings"),
    "finding": Shot("finding", 700),
    "sql": Shot("answer of a query"),
    "phone": Shot("agency", 740, width=360),
    "dark": Shot("rankings", dark=True),
}


def main() -> None:
    """Take the pictures that the command names."""
    parser = argparse.ArgumentParser(prog="python -m scripts.screenshots", description=__doc__)
    parser.add_argument("--data", type=Path, help="a folder built before; by default one is built, in a minute")
    parser.add_argument("only", nargs="*", metavar="NAME", help=f"by default all: {', '.join(SHOTS)}")
    arguments = parser.parse_args()
    names = arguments.only or list(SHOTS)
    if unknown := set(names) - set(SHOTS):
        sys.exit(f"No such picture: {', '.join(sorted(unknown))}.")
    with chromium() as browser, tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(arguments.data or Path(folder) / "data")
        if not arguments.data:
            warehouse.build(workspace, partial(print_page, browser))
        with duckdb.connect(workspace.published, read_only=True) as connection:
            paths = addresses(workspace, lambda sql, *values: connection.execute(sql, values).fetchall())
        with serve(workspace) as address:
            for name in names:
                size = take(browser, address, paths[SHOTS[name].page], SHOTS[name], FOLDER / f"{name}.webp")
                print(f"docs/screenshots/{name}.webp  {size:,} bytes", flush=True)


def take(browser: Browser, address: str, path: str, shot: Shot, file: Path) -> int:
    """Take one picture; its size in bytes.

    Raises:
        ValueError: it is too large.
    """
    scheme = "dark" if shot.dark else "light"
    size = {"width": shot.width, "height": shot.height}
    with visiting(browser, address, viewport=size, color_scheme=scheme) as visitor:
        page = visitor.go(f"{path}{'&' if '?' in path else '?'}lang={shot.language}")
        page.wait_for_timeout(500)  # frames scroll to their mark
        picture = Image.open(BytesIO(page.screenshot()))
    out = BytesIO()
    picture.save(out, "WEBP", quality=80, method=6)
    if out.tell() > MOST_BYTES:
        raise ValueError(f"{file.name} has {out.tell():,} bytes, more than {MOST_BYTES:,}")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(out.getvalue())
    return out.tell()


if __name__ == "__main__":
    main()
