"""The recognition models that RapidOCR's wheel carries: where lines of text stand, and what they say.

Both run on the CPU in this process alone; nothing is downloaded and nothing reported. Detection goes through RapidOCR.
Recognition runs its model directly, since figures need the probability of each character, and small crops of
digits need far less padding than lines of a page.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.readers.recognition import require_recognition

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

Image = NDArray[Any]
"""Pixels of 8 bits: height x width, grey, or height x width x 3, BGR."""

Quad = NDArray[np.float32]
"""The corners of a line of text, 4 x 2: clockwise from the corner where it begins, in pixels."""

_MODELS: Final = files("rapidocr") / "models"
_THREADS: Final = 1  # a worker is a process: more threads would only take each other's core
cv2.setNumThreads(_THREADS)
os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # onnxruntime looks when it is imported

_LINE_HEIGHT: Final = 48  # pixels, as the model was trained
_WIDTH_STEP: Final = 32
_MAX_WIDTH: Final = 2560
_BATCH: Final = 8
_LEAST_SIDE: Final = 8  # pixels
_MOST_SLENDER: Final = 50
_BLANK: Final = 0  # the class of CTC that stands for no character


RINGS: Final = "0Oo〇○"
"""Characters that differ in nothing but their size and their neighbours: the probability of one is that of all."""


class Reading(NamedTuple):
    """A line as it was read: each character with its probability, 0 to 1; that of a ring is that of any of `RINGS`."""

    text: str
    confidences: tuple[float, ...]

    @property
    def confidence(self) -> float:
        """The least probability of its characters; 0 where there is none."""
        return min(self.confidences, default=0.0)


def detect_lines(image: Image) -> list[Quad]:
    """The lines of text of an image (height x width x 3, BGR): four corners each, clockwise from its own top left.

    Raises:
        RecognitionElsewhere: characters may not be recognised here.
    """
    require_recognition()
    if min(image.shape[:2]) < _LEAST_SIDE or max(image.shape[:2]) > _MOST_SLENDER * min(image.shape[:2]):
        return []  # no page: the model could not be given it in any size
    found = _detector()(image, use_det=True, use_cls=False, use_rec=False)
    return [] if found.boxes is None else [np.asarray(box, np.float32) for box in found.boxes]


def recognise(crops: Sequence[Image]) -> list[Reading]:
    """What each crop (height x width, grey, dark on white) of one line says.

    Raises:
        RecognitionElsewhere: characters may not be recognised here.
    """
    require_recognition()
    session, characters, rings = _recogniser()
    readings = [Reading("", ())] * len(crops)
    for width, numbers in _batches(crops):
        batch = np.stack([_normalised(crops[number], width) for number in numbers])
        probabilities: NDArray[np.float32] = session.run(None, {"x": batch})[0]
        for number, steps in zip(numbers, probabilities, strict=True):
            readings[number] = _decode(steps, characters, rings)
    return readings


def _batches(crops: Sequence[Image]) -> Iterator[tuple[int, list[int]]]:
    """Crops of one width together: (width, the numbers of the crops)."""
    by_width: dict[int, list[int]] = {}
    for number, crop in enumerate(crops):
        width = min(_MAX_WIDTH, -(-_scaled_width(crop) // _WIDTH_STEP) * _WIDTH_STEP)
        by_width.setdefault(width, []).append(number)
    for width, numbers in sorted(by_width.items()):
        for start in range(0, len(numbers), _BATCH):
            yield width, numbers[start : start + _BATCH]


def _scaled_width(crop: Image) -> int:
    height, width = map(int, crop.shape)
    return max(1, round(width * _LINE_HEIGHT / height))


def _normalised(crop: Image, width: int) -> NDArray[np.float32]:
    scaled_width = min(width, _scaled_width(crop))
    interpolation = cv2.INTER_AREA if crop.shape[0] > _LINE_HEIGHT else cv2.INTER_CUBIC
    scaled = cv2.resize(crop, (scaled_width, _LINE_HEIGHT), interpolation=interpolation)
    line = np.zeros((3, _LINE_HEIGHT, width), np.float32)
    line[:, :, :scaled_width] = scaled.astype(np.float32) / 127.5 - 1
    return line


def _decode(steps: NDArray[np.float32], characters: Sequence[str], rings: frozenset[int]) -> Reading:
    """The best path of CTC: runs of one class are one character, with the highest probability of its run."""
    best = steps.argmax(axis=1)
    text: list[str] = []
    confidences: list[float] = []
    last = _BLANK
    for step, label in enumerate(best):
        alike = list(rings) if label in rings else label
        probability = float(steps[step, alike].sum())
        if label == last and label != _BLANK:
            confidences[-1] = max(confidences[-1], probability)
        elif label != _BLANK:
            text.append(characters[label])
            confidences.append(probability)
        last = label
    return Reading("".join(text), tuple(confidences))


@cache
def _detector() -> Any:  # noqa: ANN401 - RapidOCR is not typed
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.max_side_len": 4096,
            "EngineConfig.onnxruntime.intra_op_num_threads": _THREADS,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Det.model_path": str(_MODELS / "PP-OCRv6_det_small.onnx"),
            "Det.limit_side_len": 32,
        }
    )


@cache
def _recogniser() -> tuple[InferenceSession, tuple[str, ...], frozenset[int]]:
    """The model, what its classes stand for, and which of them are rings."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = _THREADS
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # crops of many widths would make it grow without end
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(
        str(_MODELS / "PP-OCRv6_rec_small.onnx"), options, providers=["CPUExecutionProvider"]
    )
    characters = ("", *session.get_modelmeta().custom_metadata_map["character"].splitlines(), " ")
    return session, characters, frozenset(label for label, sign in enumerate(characters) if sign and sign in RINGS)
