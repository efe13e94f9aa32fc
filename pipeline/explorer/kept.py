"""Pages that were made already: a build never changes, so a page of it is made once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Final

Key = tuple[str, str, str]
"""Build, language, address."""

_MOST: Final = 64 * 2**20


class KeptPages:
    """The pages asked for last, bounded by their bytes; for many threads at once."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._pages: OrderedDict[Key, bytes] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: Key) -> bytes | None:
        """The page of a key, if it is kept."""
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, key: Key, page: bytes) -> None:
        """Keep a page; those asked for longest ago go."""
        with self._lock:
            self._bytes += len(page) - len(self._pages.pop(key, b""))
            self._pages[key] = page
            while self._bytes > self._most:
                _, gone = self._pages.popitem(last=False)
                self._bytes -= len(gone)
