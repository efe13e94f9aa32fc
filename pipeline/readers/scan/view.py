"""A page seen straight: how its pixels lie in the image that was given."""

from __future__ import annotations

from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.readers.scan.recognition import Image

Matrix = NDArray[np.float64]


class View(NamedTuple):
    """A part of a page image, warped. ``matrix`` takes the source's pixels to the view's; ``size``: (width, height)."""

    source: Image
    matrix: Matrix
    size: tuple[int, int]

    @classmethod
    def of(cls, image: Image) -> View:
        """The whole image as it is."""
        return cls(image, np.eye(3), (image.shape[1], image.shape[0]))

    def warped(self, matrix: Matrix, size: tuple[int, int]) -> View:
        """The view warped further; the source is always warped once only, so that nothing blurs twice."""
        return View(self.source, matrix @ self.matrix, size)

    def turned(self, quarters: int) -> View:
        """Turned clockwise by quarters of a circle."""
        view = self
        for _ in range(quarters % 4):
            width, height = view.size
            view = view.warped(np.array([[0.0, -1, height - 1], [1, 0, 0], [0, 0, 1]]), (height, width))
        return view

    def scaled(self, factor: float) -> View:
        """Enlarged by a factor (about the pixels' corners, not their middles)."""
        shift = (factor - 1) / 2
        size = max(1, round(self.size[0] * factor)), max(1, round(self.size[1] * factor))
        return self.warped(np.array([[factor, 0, shift], [0, factor, shift], [0, 0, 1]]), size)

    def cut(self, left: int, right: int) -> View:
        """The part between two columns of pixels."""
        return self.warped(np.array([[1.0, 0, -left], [0, 1, 0], [0, 0, 1]]), (right - left, self.size[1]))

    def rotated(self, degrees: float) -> View:
        """Turned clockwise about its middle; what would leave the page is kept by a wider one."""
        width, height = self.size
        turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -degrees, 1.0)
        cosine, sine = abs(turn[0, 0]), abs(turn[0, 1])
        size = round(width * cosine + height * sine), round(width * sine + height * cosine)
        turn[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
        return self.warped(np.vstack([turn, (0.0, 0.0, 1.0)]), size)

    def image(self) -> Image:
        """Its pixels (height x width x 3); what lies beyond the source is white."""
        shrinks = abs(np.linalg.det(self.matrix[:2, :2])) ** 0.5
        source, matrix = self.source, self.matrix
        if shrinks < 0.75:  # a warp samples single pixels: thin strokes would break
            width, height = max(1, round(source.shape[1] * shrinks)), max(1, round(source.shape[0] * shrinks))
            x, y = width / source.shape[1], height / source.shape[0]
            source = cv2.resize(source, (width, height), interpolation=cv2.INTER_AREA)
            matrix = matrix @ np.linalg.inv(np.array([[x, 0, (x - 1) / 2], [0, y, (y - 1) / 2], [0, 0, 1]]))
        interpolation = cv2.INTER_CUBIC if shrinks > 1.2 else cv2.INTER_LINEAR
        return cv2.warpPerspective(
            source, matrix, self.size, flags=interpolation, borderMode=cv2.BORDER_CONSTANT, borderValue=(255, 255, 255)
        )

    def in_source(self, box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        """A box of the view (left, top, right, bottom in pixels) in fractions of the source's width and height."""
        left, top, right, bottom = box
        corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float64)
        shown = project(corners, np.linalg.inv(self.matrix))
        height, width = self.source.shape[:2]
        x = np.clip(shown[:, 0] / width, 0, 1).round(5)
        y = np.clip(shown[:, 1] / height, 0, 1).round(5)
        return float(x.min()), float(y.min()), float(x.max()), float(y.max())


def project(points: NDArray[Any], matrix: NDArray[Any]) -> Matrix:
    """Points (n x 2) under a projection."""
    warped = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    projected: Matrix = warped[:, :2] / warped[:, 2:]
    return projected
