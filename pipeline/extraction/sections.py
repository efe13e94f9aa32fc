"""The six sections of a report, by the wording of their headings."""

from __future__ import annotations

from pipeline.extraction.outline import Outline, section_end
from pipeline.extraction.report import Section


def read_sections(outline: Outline) -> list[Section]:
    """Read the sections that a document has, each once, in the regulation's order.

    A body is the section's paragraphs as printed, one a line, without the tables. The last one ends before
    the sign-off (the agency's name and the date) and before what the page prints after the report. Reports of
    the forms before 2019 have other sections; what does not match is left out.
    """
    return [_section(outline, position) for position in range(len(outline.headings))]


def _section(outline: Outline, position: int) -> Section:
    lines, heading = outline.lines, outline.headings[position]
    words, body = lines.printed[heading.line], []
    if heading.merged:
        split = lines.printed_end(heading.line, heading.length)
        words, body = words[:split], [words[split:].strip()]
    text = range(heading.line + 1, section_end(outline, position))
    body += [lines.printed[line] for line in text if lines.is_text(line)]
    return Section(heading.section, words.strip(), "\n".join(filter(None, body)))
