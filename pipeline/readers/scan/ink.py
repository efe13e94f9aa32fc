"""What is written, parted from paper, shade and seals."""

from __future__ import annotations

from typing import Final, NamedTuple

import cv2
import numpy as np

from pipeline.readers.scan.recognition import Image

_SEAL_EMS: Final = 3.0  # a seal is larger than any word that is printed in red
_SEAL_SHADE: Final = 50.0  # percent of a seal's pixels that are darker in red: where it lies over what is printed
_DARK_SEAL: Final = 1.4  # times that it lessens the contrast of what it lies over
_DARKEST_SEAL: Final = 5.0
_RED_LEAD: Final = 14  # by how much red leads green and blue
_INK_SHARE: Final = 1.0  # percent of a page that is surely ink
_PALEST: Final = 170
_FAINT: Final = 180.0
_GRAIN: Final = 3.0


class Ink(NamedTuple):
    """A page as grey on even white (``grey``: 0 ink, 255 paper), and as ink (255) or none (0).

    ``faint`` is ink with what is paler, as by a worn ribbon, and yet darker than what shows through from the back.
    ``hidden`` is 255 where a seal covers the page so darkly that what is under it may be gone.
    """

    grey: Image
    mask: Image
    faint: Image
    hidden: Image


def part_ink(image: Image, em: float) -> Ink:
    """Grey and ink of a page (height x width x 3, BGR); ``em``: the height of its characters in pixels."""
    grey, hidden = _without_seals(image, em)
    grey = _smooth(_dark(grey), em)
    level, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    level = float(np.clip(level, 100, 200))
    mask, faint = (np.where(grey < below, np.uint8(255), np.uint8(0)) for below in (level, max(level, _FAINT)))
    return Ink(grey, mask, faint, hidden)


def _dark(grey: Image) -> Image:
    """The page with its ink at 0, however little toner there was."""
    ink = float(np.clip(np.percentile(grey[::4, ::4], _INK_SHARE), 0, _PALEST))
    stretched: Image = np.clip((grey - np.float32(ink)) * np.float32(255 / (255 - ink)), 0, 255).astype(np.uint8)
    return stretched


def _smooth(grey: Image, em: float) -> Image:
    """The page without the grain of the scanner, if it has any."""
    sample = grey[: grey.shape[0] // 2 * 2 : 2]
    grain = float(np.median(cv2.absdiff(sample, cv2.medianBlur(sample, 3))))
    if grain < _GRAIN:
        return grey
    return cv2.GaussianBlur(grey, (0, 0), em / 32)


def _without_seals(image: Image, em: float) -> tuple[Image, Image]:
    """The page as grey on even white; within seals in its red channel alone, in which they are as light as paper.

    Red outside of seals stays: a figure may be printed in it. Also, where a seal hides what is under it.
    """
    grey = _flat(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), em)
    blue, green, red = cv2.split(image)
    lead = cv2.blur(cv2.subtract(red, cv2.max(blue, green)), (5, 5))
    is_red = np.where(lead > _RED_LEAD, np.uint8(255), np.uint8(0))
    nowhere = np.zeros_like(is_red)
    if cv2.countNonZero(is_red) < em * em:
        return grey, nowhere
    reach = max(3, round(1.2 * em)) | 1
    joined = cv2.morphologyEx(is_red, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    seals = [
        number
        for number in range(1, count)
        if min(stats[number, cv2.CC_STAT_WIDTH], stats[number, cv2.CC_STAT_HEIGHT]) > _SEAL_EMS * em
    ]
    if not seals:
        return grey, nowhere
    within = cv2.dilate(np.isin(labels, seals).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    red = _flat(red, em)
    shade = float(np.percentile(red[within & (is_red > 0)], _SEAL_SHADE))
    dark = float(np.percentile(grey[within], _INK_SHARE))
    hidden = np.where(within, is_red, np.uint8(0))
    gain = (255 - dark) / max(1.0, shade - dark)
    if gain > _DARKEST_SEAL:
        return grey, hidden
    grey = np.where(within, cv2.convertScaleAbs(cv2.max(red, grey), alpha=gain, beta=dark * (1 - gain)), grey)
    return grey, hidden if gain > _DARK_SEAL else nowhere


def _flat(grey: Image, em: float) -> Image:
    """The page with its paper at 255 everywhere: shadows, folds and yellowed paper leave no trace."""
    height, width = grey.shape
    shrink = max(1.0, em / 6)
    small = cv2.resize(
        grey, (max(1, round(width / shrink)), max(1, round(height / shrink))), interpolation=cv2.INTER_AREA
    )
    kernel = np.ones((9, 9), np.uint8)
    paper = cv2.medianBlur(cv2.dilate(small, kernel), 15)
    paper = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    return cv2.divide(grey, cv2.max(paper, np.full_like(paper, 40)), scale=255)
