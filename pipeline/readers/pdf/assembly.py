"""The document out of its pages: paragraphs and tables that go on over pages as one."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.readers.document import Paragraph, Table
from pipeline.readers.pdf.flow import Setting, goes_on, goes_on_over_page, joined, read_setting
from pipeline.readers.pdf.joining import goes_on_in, join
from pipeline.readers.pdf.lines import TextLine
from pipeline.readers.pdf.pages import Page
from pipeline.readers.pdf.tables import PageTable


def assemble(pages: Sequence[Page]) -> list[Paragraph | Table]:
    """The blocks of a document in reading order; ``pages`` without what stands in their margins."""
    assembly = _Assembly()
    settings = [read_setting([item for item in page.items if isinstance(item, TextLine)], page.width) for page in pages]
    pitch = min((setting.pitch for setting in settings), default=0.0)
    for page, setting in zip(pages, settings, strict=True):
        assembly.add(page, setting._replace(pitch=pitch))
    return assembly.finish()


class _Assembly:
    """The blocks so far; the last of them may go on: a paragraph (by its last line) or a table."""

    def __init__(self) -> None:
        self._blocks: list[Paragraph | Table | PageTable] = []
        self._line: TextLine | None = None
        self._setting = Setting(0.0, 0.0, 0.0)

    def add(self, page: Page, setting: Setting) -> None:
        """Add what stands on a page."""
        is_first = True
        for item in page.items:
            if isinstance(item, TextLine):
                self._add_line(item, page.number, setting, is_first)
                self._line = item
            else:
                last = self._blocks[-1] if self._blocks else None
                if is_first and isinstance(item, PageTable) and isinstance(last, PageTable) and goes_on_in(last, item):
                    self._blocks[-1] = join(last, item)
                else:
                    self._blocks.append(item)
                self._line = None
            is_first = False
        self._setting = setting

    def _add_line(self, line: TextLine, page: int, setting: Setting, is_first: bool) -> None:
        before, last = self._line, self._blocks[-1] if self._blocks else None
        if before and isinstance(last, Paragraph):
            whole = (
                goes_on_over_page(before, line, self._setting, setting) if is_first else goes_on(before, line, setting)
            )
            if whole:
                self._blocks[-1] = last._replace(text=joined(last.text, line.text))
                return
        self._blocks.append(Paragraph(line.text, page))

    def finish(self) -> list[Paragraph | Table]:
        """All blocks."""
        return [block.to_table() if isinstance(block, PageTable) else block for block in self._blocks]
