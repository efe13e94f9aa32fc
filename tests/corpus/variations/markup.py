"""How a page is written; HTML, and what Word documents share with it."""

from __future__ import annotations

from tests.corpus.draft import Draft
from tests.corpus.variations.registry import variation


@variation("page", certain="html")
def site(draft: Draft) -> None:
    """Inside a site's header, crumbs, metadata table and footer."""
    draft.markup.page = "site"


@variation("page", certain="html docx")
def layout_table(draft: Draft) -> None:
    """Inside a layout table."""
    draft.markup.page = "layout"


@variation("page", certain="html docx")
def nested_layout_tables(draft: Draft) -> None:
    """Inside a layout table inside a layout table."""
    draft.markup.page = "nested_layout"


@variation("page", certain="html")
def div_soup(draft: Draft) -> None:
    """Inside very many divs."""
    draft.markup.page = "div_soup"


@variation("dialect", certain="html")
def word_export(draft: Draft) -> None:
    """As Word saves it: spans that cut words and numbers, o:p, conditional comments, a phantom row."""
    draft.markup.word = True


@variation("dialect", certain="html docx")
def words_cut_by_tags(draft: Draft) -> None:
    """Tags inside words and numbers."""
    draft.markup.cut_words = True


@variation("dialect", certain="html")
def sloppy_tags(draft: Draft) -> None:
    """End tags left out, capitals, attributes without quotes."""
    draft.markup.sloppy = True


@variation("dialect", certain="html docx")
def cells_of_paragraphs(draft: Draft) -> None:
    """Each line of a cell a paragraph."""
    draft.markup.line_break = "</p><p>"


@variation("dialect", certain="html")
def line_breaks_in_source(draft: Draft) -> None:
    """Lines broken in the source only."""
    draft.markup.line_break = "\n      "


@variation("cells", certain="html")
def header_cells(draft: Draft) -> None:
    """Headers as th, thead and tbody."""
    draft.markup.header_tag = "th"
    draft.markup.row_groups = True


@variation("cells", certain="html")
def header_cells_mixed(draft: Draft) -> None:
    """th and td at random."""
    draft.markup.header_tag = "mixed"


@variation("filling", certain="html docx")
def empty_cells_filled(draft: Draft) -> None:
    """Empty cells hold a space, a line break, an empty paragraph."""
    draft.markup.blank = draft.rng.choice(
        ("&nbsp;", "<br>", "<p>&nbsp;</p>", "<span> </span>", "&#12288;", "<p><br/></p>", "&ensp;", "&#8203;")
    )


@variation("spans", certain="html")
def spans_overlong(draft: Draft) -> None:
    """rowspan beyond the end of the table."""
    draft.markup.spans = "overlong"


@variation("spans", certain="html")
def spans_zero(draft: Draft) -> None:
    """colspan=0, which counts as 1."""
    draft.markup.spans = "zero"


@variation("spans", certain="", doubtful="html docx")
def spans_missing(draft: Draft) -> None:
    """No spans at all: rows of unequal length."""
    draft.markup.spans = "missing"


@variation("spans", certain="", doubtful="html docx")
def spans_wrong(draft: Draft) -> None:
    """A span off by one here and there."""
    draft.markup.spans = "wrong"


@variation("spans", certain="html docx xlsx")
def spans_taken_apart(draft: Draft) -> None:
    """Merged cells as a first cell with the text and empty cells."""
    draft.markup.spans = "blank"


@variation("spans", certain="", doubtful="html docx")
def spans_repeated(draft: Draft) -> None:
    """Merged cells as cells that all repeat the text."""
    draft.markup.spans = "repeated"
    draft.tolerated |= {mark.raw for slot, mark in draft.truth.items() if slot.table == "disclosure"}


@variation("wrapper", certain="html docx")
def tables_in_tables(draft: Draft) -> None:
    """Each table inside a table of its own."""
    draft.markup.table_wrapper = lambda table: f"<table><tr><td><div>{table}</div></td></tr></table>"


@variation("wrapper", certain="html")
def tables_in_paragraphs(draft: Draft) -> None:
    """Each table inside a paragraph and a scrolling div."""
    draft.markup.table_wrapper = lambda table: f'<p><div style="overflow-x:auto">{table}</div></p>'


@variation("junk", certain="html docx")
def figures_beside_what_is_not_shown(draft: Draft) -> None:
    """Comments, scripts, styles and hidden text beside a figure."""
    draft.markup.cell_junk = (
        "<!-- 9 -->{}",
        "{}<script>var n = 9;</script>",
        "<style>p {{ margin: 9px }}</style>{}",
        '<span style="display:none">9</span>{}',
        '{}<span style="display: none;">9</span>',
        "{}<template>9</template>",
        '{}<input type="hidden" value="9">',
        "{}<span hidden>9</span>",
        "<p>{}</p><p>&nbsp;</p>",
        "&nbsp;{}&nbsp;",
    )


@variation("junk", certain="html docx")
def figures_in_nested_tables(draft: Draft) -> None:
    """Figures in a table of one cell of their own."""
    draft.markup.cell_junk = ("<table><tr><td>{}</td></tr></table>", "{}")


@variation("junk", certain="", doubtful="html docx")
def figures_with_footnotes(draft: Draft) -> None:
    """A footnote's mark, raised behind the figure, or a figure struck out in favour of another."""
    draft.markup.cell_junk = ("{}<sup>1</sup>", "<del>12</del>{}", "<s>12</s>{}", "{}<sub>①</sub>", "{}")
    draft.smudged = True
