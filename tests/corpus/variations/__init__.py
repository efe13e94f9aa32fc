"""Named ways in which reports stray from the official layout, each changing a `Draft` in place.

Where a variation is *certain*, a careful reader of the page can place every figure, and so must extraction.
Where it is *doubtful*, a figure may also come as ``unreadable`` or ``unplaced``. Never may it come wrong.
"""

from tests.corpus.variations import documents, encodings, labels, markup, tables, textual, values, word, workbook
from tests.corpus.variations.registry import FORMATS, TEXT_FORMATS, VARIATIONS, Format, Variation

__all__ = [
    "FORMATS",
    "TEXT_FORMATS",
    "VARIATIONS",
    "Format",
    "Variation",
    "documents",
    "encodings",
    "labels",
    "markup",
    "tables",
    "textual",
    "values",
    "word",
    "workbook",
]
