"""Which addresses are those of files that may hold parts of a document."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urljoin

_FILE: Final = re.compile(
    r"\.(?:docx?|wps|wpt|rtf|odt|pdf|ofd|xlsx?|et|ods|zip|rar|7z|png|jpe?g|tiff?|gif|bmp)(?=$|[?#&])"
    r"|download|attach|fujian"
)


def names_file(href: str) -> bool:
    """Whether an address has in it what the addresses of files have, and those of pages have not."""
    return _FILE.search(href.lower()) is not None


def join(base: str, href: str) -> str:
    """The address that ``href`` means on a page at ``base``; as printed where the two make none (http://[网址]/)."""
    try:
        return urljoin(base, href)
    except ValueError:
        return href
