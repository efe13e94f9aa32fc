"""How characters become bytes."""

from __future__ import annotations

from tests.corpus.draft import Draft, Encoding
from tests.corpus.variations.labels import traditional
from tests.corpus.variations.registry import variation


@variation("encoding")
def utf8_with_mark(draft: Draft) -> None:
    """UTF-8 with a byte order mark."""
    draft.encoding = Encoding("utf-8", "utf-8", bom=True)


@variation("encoding")
def utf8_undeclared(draft: Draft) -> None:
    """UTF-8, declared nowhere."""
    draft.encoding = Encoding("utf-8", None)


@variation("encoding")
def gb18030(draft: Draft) -> None:
    """GB18030, declared as one of its names."""
    draft.encoding = Encoding("gb18030", draft.rng.choice(("gb18030", "gb2312", "GBK", "GB2312")))


@variation("encoding")
def gb18030_undeclared(draft: Draft) -> None:
    """GB18030, declared nowhere."""
    draft.encoding = Encoding("gb18030", None)


@variation("encoding")
def utf16(draft: Draft) -> None:
    """UTF-16 with a byte order mark."""
    draft.encoding = Encoding(draft.rng.choice(("utf-16-le", "utf-16-be")), None, bom=True)


@variation("encoding")
def declared_wrongly(draft: Draft) -> None:
    """UTF-8 declared as GBK, or the reverse: the bytes tell."""
    draft.encoding = draft.rng.choice((Encoding("utf-8", "gb2312"), Encoding("gb18030", "utf-8")))


@variation("encoding", certain="html")
def big5(draft: Draft) -> None:
    """Traditional characters in Big5; what it lacks as references."""
    traditional(draft)
    draft.encoding = Encoding("big5", draft.rng.choice(("big5", "Big5", "big5-hkscs")))
