"""What all packages of Office Open XML share (ECMA-376, ISO/IEC 29500): namespaces, parts and their relationships."""

from __future__ import annotations

import posixpath
import re
from typing import Final, NamedTuple

from pipeline.readers.document import UnreadableDocument
from pipeline.readers.package import Package
from pipeline.readers.whitespace import fold_spaces
from pipeline.readers.xml import parse_xml

_STRICT: Final = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")
_RELATIONSHIP: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_MAX_PROPERTIES: Final = 1 << 20


class Relationship(NamedTuple):
    """What a part refers to: ``kind`` is the last word of its type, ``target`` a part, or an address if external."""

    kind: str
    target: str
    is_external: bool


def read_part(package: Package, name: str) -> bytes:
    """A part's XML; the namespaces of strict files as those that all others have."""
    data = package.read(name)
    return _STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/", data) if b"purl.oclc.org" in data else data


def relationships(package: Package, part: str = "") -> dict[str, Relationship]:
    """The relationships of a part (of the package itself, if none is named), by their identifiers."""
    folder, name = posixpath.split(part)
    rels = posixpath.join(folder, "_rels", f"{name}.rels")
    if rels not in package:
        return {}
    found: dict[str, Relationship] = {}
    for element in parse_xml(read_part(package, rels)).iter(_RELATIONSHIP):
        target = element.get("Target", "")
        is_external = element.get("TargetMode") == "External"
        if not is_external:
            target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        kind = element.get("Type", "").rpartition("/")[2]
        found[element.get("Id", "")] = Relationship(kind, target, is_external)
    return found


def main_part(package: Package, usual: str) -> str:
    """The part that the package is about: the one that it names so, else the usual one."""
    for relationship in relationships(package).values():
        if relationship.kind == "officeDocument" and relationship.target in package:
            return relationship.target
    return usual


def core_properties(package: Package) -> dict[str, str]:
    """Title, author and dates of the file (``dc:title``, ``dcterms:created``, ...), which often are a template's."""
    properties: dict[str, str] = {}
    try:
        root = parse_xml(package.read("docProps/core.xml", _MAX_PROPERTIES))
    except UnreadableDocument:  # they are optional, and the document is none the worse without them
        return properties
    for element in root:
        namespace, _, local = element.tag[1:].partition("}")
        prefix = _PREFIXES.get(namespace)
        if prefix and (text := fold_spaces(element.text or "")):
            properties[f"{prefix}:{local.lower()}"] = text
    return properties


_PREFIXES: Final = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://schemas.openxmlformats.org/package/2006/metadata/core-properties": "cp",
}
