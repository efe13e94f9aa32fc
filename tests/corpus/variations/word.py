"""How a Word document is written; DOCX only."""

from __future__ import annotations

from tests.corpus.draft import Draft
from tests.corpus.variations.registry import variation


@variation("numbers labels breaks brackets numbering", certain="docx")
def numbers_drawn(draft: Draft) -> None:
    """Numbers of headings and labels that Word draws: the file holds lists."""
    draft.word.numbered = True


@variation("changes values", certain="docx")
def tracked_changes(draft: Draft) -> None:
    """Deleted and moved text, rows and paragraph marks; text that was put in."""
    draft.word.tracked = True


@variation("controls", certain="docx")
def content_controls(draft: Draft) -> None:
    """Content controls around paragraphs, rows and cells."""
    draft.word.controls = True


@variation("title", certain="docx")
def title_in_text_box(draft: Draft) -> None:
    """The title in a text box, which the file holds in two forms."""
    draft.word.text_box = True


@variation("spans", certain="docx")
def old_horizontal_merges(draft: Draft) -> None:
    """Cells merged across by hMerge."""
    draft.word.old_merges = True
