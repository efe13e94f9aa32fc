"""Scans: a draft printed by LibreOffice, its pages as images, degraded as scanners, seals and telephones do it.

``python -m tests.corpus.scan 7 seals /tmp/seven.tiff`` writes one document for a look;
``python -m tests.corpus.scan --measure [DOCUMENTS]`` reads and judges every kind and prints a table.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
from numpy.random import Generator, default_rng
from PIL import Image

from tests.corpus.draft import Draft
from tests.corpus.html import write_html
from tests.corpus.office import convert

Page = np.ndarray  # height x width x 3, BGR
Wear = Callable[[Page, Generator], Page]
PRINT = """<style>@page {{ size: 21cm 29.7cm; margin: 1.8cm }} td, th {{ font-size: {size}pt }}
table {{ page-break-inside: avoid }}</style>"""
RULED = b' border="1" bordercolor="#000000" cellspacing="0" cellpadding="3"'
LONG = b'<table style="page-break-before: always"'


@dataclass(frozen=True)
class Kind:
    """A kind of scan: its resolution in dots an inch, and what is done to each page, in this order."""

    dpi: int
    wear: tuple[Wear, ...] = ()
    spread: bool = False


def print_pages(drafts: Sequence[Draft], size: float = 9) -> list[bytes]:
    """The drafts as PDFs, with black ruling lines and figures in a size of so many points."""
    pages = []
    for draft in drafts:
        style = PRINT.format(size=size).encode()
        page = write_html(draft).replace(b"<head>", b"<head>" + style, 1).replace(b' border="1"', RULED)
        head, *tables = page.split(b"<table")
        # A long table begins a page, so that no row of it breaks: that is another matter than its recognition.
        pages.append(head + b"".join((LONG if table.count(b"<tr") > 20 else b"<table") + table for table in tables))
    return convert(pages, "html", "pdf", infilter="HTML (StarWriter)")


def scan(pdf: bytes, kind: Kind, seed: int) -> list[Page]:
    """The pages of a PDF as a scanner of this kind sees them. The same seed gives the same pages, always."""
    rng = default_rng(seed)
    document = pypdfium2.PdfDocument(pdf)
    pages = [page.render(scale=kind.dpi / 72, rev_byteorder=False).to_numpy()[:, :, :3].copy() for page in document]
    if kind.spread:
        pages += [np.full_like(pages[0], 255)] * (len(pages) % 2)
        pages = [np.hstack(pages[n : n + 2]) for n in range(0, len(pages), 2)]
    for wear in kind.wear:
        pages = [wear(page, rng) for page in pages]
    return pages


def write_scans(drafts: Sequence[Draft], *names: str) -> list[bytes]:
    """Each draft as a TIFF of its scanned pages; the kinds of scans in turn."""
    kinds = [KINDS[name] for name in names]
    return [
        write_tiff(scan(pdf, kinds[number % len(kinds)], draft.report.seed))
        for number, (draft, pdf) in enumerate(zip(drafts, print_pages(drafts), strict=True))
    ]


def write_tiff(pages: Sequence[Page]) -> bytes:
    """Pages as one TIFF."""
    file = BytesIO()
    first, *rest = (Image.fromarray(page[:, :, ::-1]) for page in pages)
    first.save(file, "TIFF", save_all=True, append_images=rest, compression="tiff_deflate")
    return file.getvalue()


def skewed(page: Page, rng: Generator) -> Page:
    """Laid askew by up to three degrees."""
    height, width = page.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), float(rng.uniform(-3, 3)), 1)
    return cv2.warpAffine(page, turn, (width, height), flags=cv2.INTER_LINEAR, borderValue=(255, 255, 255))


def slanted(page: Page, rng: Generator) -> Page:
    """Photographed from aside: its corners moved by up to three hundredths."""
    height, width = page.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = corners + rng.uniform(0, 0.03, (4, 2)).astype(np.float32) * (width, height) * [
        [1, 1],
        [-1, 1],
        [-1, -1],
        [1, -1],
    ]
    warp = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    return cv2.warpPerspective(page, warp, (width, height), flags=cv2.INTER_LINEAR, borderValue=(225, 230, 232))


def noisy(page: Page, rng: Generator) -> Page:
    """Grain of the sensor."""
    grain = rng.normal(0, rng.uniform(8, 20), page.shape[:2])
    return np.clip(page + grain[:, :, None], 0, 255).astype(np.uint8)


def specked(page: Page, rng: Generator) -> Page:
    """Dust: black and white specks."""
    page = page.copy()
    chance = rng.random(page.shape[:2])
    page[chance < 0.0015] = 0
    page[chance > 0.9985] = 255
    return page


def blurred(page: Page, rng: Generator) -> Page:
    """Out of focus."""
    return cv2.GaussianBlur(page, (0, 0), float(rng.uniform(0.6, 1.2) * page.shape[0] / 2300))


def squeezed(page: Page, rng: Generator) -> Page:
    """Saved as JPEG of low quality."""
    _, data = cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(30, 61))])
    return cv2.imdecode(data, cv2.IMREAD_COLOR)


def faded(page: Page, rng: Generator) -> Page:
    """Little toner on greyish paper."""
    ink, paper = rng.uniform(70, 130), rng.uniform(205, 245)
    return (ink + page.astype(np.float32) / 255 * (paper - ink)).astype(np.uint8)


def shaded(page: Page, rng: Generator) -> Page:
    """A shadow over a corner, and the dark edge of a book's fold."""
    height, width = page.shape[:2]
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    corner = rng.integers(0, 2, 2)
    shadow = 1 - 0.45 * np.exp(-((x - corner[0]) ** 2 + (y - corner[1]) ** 2) * 3) - 0.35 * np.exp(-x * 25)
    return (page * shadow[:, :, None]).astype(np.uint8)


def sealed(page: Page, rng: Generator) -> Page:
    """Round red seals of 4 cm over what is printed."""
    height, width = page.shape[:2]
    dot = width / 210  # pixels a millimetre
    seal = np.zeros((height, width), np.float32)
    for _ in range(2):
        centre = int(rng.uniform(0.25, 0.8) * width), int(rng.uniform(0.15, 0.85) * height)
        cv2.circle(seal, centre, round(20 * dot), 1.0, max(1, round(1.2 * dot)), cv2.LINE_AA)
        star = [
            (
                centre[0] + (6 if point % 2 == 0 else 2.4) * dot * np.sin(point * np.pi / 5),
                centre[1] - (6 if point % 2 == 0 else 2.4) * dot * np.cos(point * np.pi / 5),
            )
            for point in range(10)
        ]
        cv2.fillPoly(seal, [np.array(star, np.int32)], 1.0, cv2.LINE_AA)
        for angle in np.linspace(-2.2, 2.2, 11):
            at = round(centre[0] + 15 * dot * np.sin(angle)), round(centre[1] - 15 * dot * np.cos(angle))
            cv2.rectangle(
                seal,
                (at[0] - round(1.2 * dot), at[1] - round(1.6 * dot)),
                (at[0] + round(1.2 * dot), at[1] + round(1.6 * dot)),
                1.0,
                max(1, round(0.5 * dot)),
            )
    strength = (seal * rng.uniform(0.6, 0.95))[:, :, None]
    red = np.array([40, 35, 215], np.float32)
    inked = page * (1 - strength) + np.minimum(page, red) * strength
    return inked.astype(np.uint8)


def turned(page: Page, rng: Generator) -> Page:
    """Laid on its side or on its head."""
    return np.rot90(page, int(rng.integers(1, 4))).copy()


def shown_through(page: Page, rng: Generator) -> Page:
    """Its own back, faintly."""
    back = cv2.GaussianBlur(page[:, ::-1], (0, 0), 2.0).astype(np.float32)
    return np.minimum(page, 255 - (255 - back) * rng.uniform(0.12, 0.25)).astype(np.uint8)


def bitonal(page: Page, rng: Generator) -> Page:
    """Black and white, as by facsimile."""
    grey = cv2.cvtColor(page, cv2.COLOR_BGR2GRAY)
    return cv2.cvtColor(np.where(grey < rng.uniform(150, 200), 0, 255).astype(np.uint8), cv2.COLOR_GRAY2BGR)


KINDS: dict[str, Kind] = {
    "clean, 150 dpi": Kind(150),
    "clean, 200 dpi": Kind(200),
    "clean, 300 dpi": Kind(300),
    "black and white": Kind(200, (bitonal,)),
    "skewed": Kind(200, (skewed,)),
    "slanted": Kind(200, (slanted, blurred)),
    "noisy": Kind(200, (noisy, specked)),
    "blurred, JPEG": Kind(200, (blurred, squeezed)),
    "low resolution, JPEG": Kind(120, (squeezed,)),
    "faded": Kind(200, (faded, noisy)),
    "shaded": Kind(200, (shaded, noisy)),
    "seals": Kind(200, (sealed, squeezed)),
    "turned": Kind(200, (skewed, turned)),
    "spread": Kind(200, (shaded, skewed), spread=True),
    "shown through": Kind(200, (shown_through, noisy)),
    "all at once": Kind(200, (sealed, shown_through, faded, shaded, skewed, blurred, noisy, squeezed)),
}
CLEAN = tuple(name for name in KINDS if name.startswith("clean"))
DEGRADED = tuple(name for name in KINDS if not name.startswith("clean"))


def main() -> None:
    from tests.corpus.compose import FORMS, Recipe

    parser = argparse.ArgumentParser(prog="python -m tests.corpus.scan", description=__doc__)
    parser.add_argument("seed", type=int)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("file")
    arguments = parser.parse_args()
    draft, _ = Recipe(arguments.seed, "html", (), FORMS[arguments.seed % len(FORMS)]).write()
    Path(arguments.file).write_bytes(write_scans([draft], arguments.kind)[0])


if __name__ == "__main__":
    main()
