"""XML of office formats, parsed without entities, without a network, and without more depth than any document has."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import TypeAlias

from lxml import etree

from pipeline.readers.document import UnreadableDocument

Element: TypeAlias = etree._Element


def parse_xml(data: bytes) -> Element:
    """Parse a small part whole.

    Raises:
        UnreadableDocument: ``undecodable`` (no XML, or a document type), ``too_large`` (nested too deep).
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise _unreadable(error) from error
    _require_no_doctype(root)
    return root


def stream_xml(data: bytes, *tags: str) -> Iterator[Element]:
    """Give each element of one of the tags once it is complete; the caller clears what it has read.

    Raises:
        UnreadableDocument: as `parse_xml`.
    """
    events = etree.iterparse(
        BytesIO(data),
        events=("end",),
        tag=tags,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    is_first = True
    try:
        for _, element in events:
            if is_first:
                _require_no_doctype(element)
                is_first = False
            yield element
    except etree.XMLSyntaxError as error:
        raise _unreadable(error) from error
    if is_first and events.root is not None:
        _require_no_doctype(events.root)


def _require_no_doctype(element: Element) -> None:
    """Office formats have no document type; whoever declares one wants its entities to unfold."""
    if element.getroottree().docinfo.internalDTD is not None:
        raise UnreadableDocument("undecodable", "Its XML declares a document type, which no office program writes.")


def _unreadable(error: etree.XMLSyntaxError) -> UnreadableDocument:
    if error.code == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
        return UnreadableDocument("too_large", f"Its XML is nested too deep or unfolds to too much: {error}")
    return UnreadableDocument("undecodable", f"Its XML is damaged: {error}. Save the document again.")
