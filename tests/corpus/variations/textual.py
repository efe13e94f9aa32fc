"""How a text export is written; text dialects only."""

from __future__ import annotations

from tests.corpus.draft import Draft
from tests.corpus.variations.registry import variation


@variation("padding blank columns", certain="rows")
def padding_ragged(draft: Draft) -> None:
    """Merged labels followed by fewer empty cells than they span, the others at the row's end."""
    draft.style.padding = "ragged"


@variation("padding", certain="rows")
def padding_stripped(draft: Draft) -> None:
    """No empty cells at the end of a row."""
    draft.style.padding = "stripped"


@variation("shift blank", certain="rows")
def rows_shifted(draft: Draft) -> None:
    """`3.其他` and some other rows begin at the left edge, as in a sample."""
    rows = sorted({slot.row for slot in draft.truth if slot.table == "requests"})
    draft.style.shifted = frozenset({"other_remaining", "outcomes_total", *draft.rng.sample(rows, min(3, len(rows)))})


@variation("shift blank", certain="cells rows")
def empty_cells_at_row_ends(draft: Draft) -> None:
    """A further empty cell behind some rows."""
    draft.style.trailing_blanks = True


@variation("lines", certain="cells rows")
def windows_lines(draft: Draft) -> None:
    """CRLF."""
    draft.style.newline = "\r\n"


@variation("gaps", certain="cells rows")
def many_blank_lines(draft: Draft) -> None:
    """Blank lines between paragraphs, and (one row a line) inside tables."""
    draft.style.blank_lines = (1, 4)
    draft.style.row_gaps = 0.2


@variation("gaps", certain="cells rows")
def no_blank_lines(draft: Draft) -> None:
    """No blank lines between paragraphs."""
    draft.style.blank_lines = (0, 0)


@variation("breaks values", certain="", doubtful="rows")
def rows_broken_in_cells(draft: Draft) -> None:
    """A label's line break breaks its row in two."""
    draft.relabel(lambda text: text.replace("（区分", "\n（区分").replace("、行政机关", "、\n行政机关"))
    draft.style.broken_rows = True


@variation("breaks values", certain="", doubtful="cells")
def blank_lines_in_cells(draft: Draft) -> None:
    """A blank line inside a label: it looks like the end of the row."""
    draft.relabel(lambda text: text.replace("（区分", "\n（区分").replace("、行政机关", "、\n行政机关"))
    draft.style.gaps_in_cells = True
