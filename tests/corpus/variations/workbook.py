"""How a workbook is written; XLSX only."""

from __future__ import annotations

from tests.corpus.draft import Draft
from tests.corpus.variations.registry import variation


@variation("apart", certain="xlsx")
def a_sheet_a_section(draft: Draft) -> None:
    """Each section on a sheet of its own."""
    draft.sheets.apart = True


@variation("lines", certain="xlsx")
def lines_not_merged(draft: Draft) -> None:
    """Titles and text in a single cell each, running over its right edge."""
    draft.sheets.merged_lines = False


@variation("gaps", certain="xlsx")
def rows_left_free(draft: Draft) -> None:
    """Empty rows between titles, text and tables."""
    draft.sheets.gaps = 0.5


@variation("stored", certain="xlsx")
def numbers_as_text(draft: Draft) -> None:
    """Numbers stored as text."""
    draft.sheets.numbers_as_text = True


@variation("margin", certain="xlsx")
def margin(draft: Draft) -> None:
    """Empty first rows and columns."""
    draft.sheets.margin = draft.rng.randrange(1, 4)


@variation("hidden", certain="xlsx")
def hidden_sheet(draft: Draft) -> None:
    """A hidden sheet with figures of a draft."""
    draft.sheets.hidden = draft.rng.choice(("hidden", "veryHidden"))


@variation("spans hidden", certain="xlsx")
def figures_under_merged_cells(draft: Draft) -> None:
    """Values that a merged cell covers: they are in the file, and nobody sees them."""
    draft.sheets.text_under_merges = True
