"""Places on a page as it is read: points from its top left corner, x to the right, y downwards."""

from __future__ import annotations

from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle in points."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """How wide it is."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """How high it is."""
        return self.bottom - self.top

    @property
    def area(self) -> float:
        """How large it is, in square points."""
        return max(0.0, self.width) * max(0.0, self.height)

    def meet(self, other: Box) -> Box:
        """What both have in common; with no area if that is nothing."""
        return Box(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )

    def covers(self, other: Box) -> bool:
        """Whether all of another rectangle lies in it."""
        return (
            self.left <= other.left
            and self.top <= other.top
            and self.right >= other.right
            and self.bottom >= other.bottom
        )

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in it."""
        return self.left <= x <= self.right and self.top <= y <= self.bottom


class Frame(NamedTuple):
    """How a page is turned to be read.

    ``bounds`` is the visible part of the page in the format's own coordinates (left, bottom, right, top), and
    ``is_cropped`` whether it is part of a larger sheet;
    ``shown`` are the quarter turns (clockwise) that the page itself asks for, ``turns`` those after which its text
    stands upright: they differ where a table was laid on its side.
    """

    bounds: tuple[float, float, float, float]
    is_cropped: bool
    shown: int
    turns: int

    @property
    def width(self) -> float:
        """The width of the page as it is read, in points."""
        left, bottom, right, top = self.bounds
        return top - bottom if self.turns % 2 else right - left

    @property
    def height(self) -> float:
        """The height of the page as it is read, in points."""
        left, bottom, right, top = self.bounds
        return right - left if self.turns % 2 else top - bottom

    def content(self) -> Box:
        """Where the page's content may stand: tables wider than the sheet run off it, and are read all the same."""
        beyond = 0.0 if self.is_cropped else 1.0
        width, height = beyond * self.width + 1, beyond * self.height + 1
        return Box(-width, -height, self.width + width, self.height + height)

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Turn a point of the format's coordinates."""
        left, bottom, right, top = self.bounds
        match self.turns:
            case 0:
                return x - left, top - y
            case 1:
                return y - bottom, x - left
            case 2:
                return right - x, y - bottom
            case _:
                return top - y, right - x

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        """Turn a rectangle of the format's coordinates."""
        if self.turns == 0:
            x, _, _, y = self.bounds
            return Box(left - x, y - top, right - x, y - bottom)
        x0, y0 = self.point(left, bottom)
        x1, y1 = self.point(right, top)
        return Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))

    def fractions(self, box: Box) -> tuple[float, float, float, float]:
        """A rectangle as `Origin.box` has it: in fractions of the page as it is shown."""
        width, height = self.width, self.height
        x0, y0, x1, y1 = box.left / width, box.top / height, box.right / width, box.bottom / height
        for _ in range((self.turns - self.shown) % 4):
            x0, y0, x1, y1 = y0, 1 - x1, y1, 1 - x0
        return _share(x0), _share(y0), _share(x1), _share(y1)


def _share(place: float) -> float:
    return round(0.0 if place < 0 else 1.0 if place > 1 else place, 4)
