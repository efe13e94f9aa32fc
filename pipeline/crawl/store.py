"""What a crawl fetched, in ``raw/``: each response whole or not at all, nothing ever overwritten."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

_SUFFIX: Final = re.compile(
    r"\.(docx?|wps|pdf|rtf|odt|xlsx?|et|ods|zip|jpe?g|png|tiff?|bmp|mhtml?|txt)$", re.IGNORECASE
)
"""Endings of addresses that a person will know a file by. What it is, its bytes tell."""

_SIDECAR: Final = ".meta.json"
_LENGTH: Final = 32
"""Hexadecimal digits of the SHA-256 that name a file."""


class Store:
    """The folder of one source: ``ADDRESS/CONTENT``, both by their SHA-256, so that no server names a file.

    A folder has the versions of one address; the same bytes from two addresses are two places of one document, and so
    are those of a page that changed and changed back: the latest fetched is what the site shows.
    """

    def __init__(self, folder: Path) -> None:
        """``folder`` need not be there yet."""
        self._folder = folder

    def find(self, url: str, digest: str | None = None) -> Path | None:
        """A file fetched from ``url``: the one with these bytes, or any; None where it is not there."""
        name = digest[:_LENGTH] if digest else ""
        return max(filter(_is_file, self._address(url).glob(f"{name}*")), default=None)

    def keep(self, url: str, body: bytes, facts: Mapping[str, Any]) -> tuple[Path, bool]:
        """Write ``body``, fetched from ``url``, and beside it what is known of it; give its path and whether it is new.

        The sidecar appears first: a file is never there without it.
        """
        ending = _SUFFIX.search(urlsplit(url).path)
        suffix = ending[0].lower() if ending else ".html"
        path = self._address(url) / f"{digest_of(body)[:_LENGTH]}{suffix}"
        if path.exists():
            versions = [known for known in path.parent.iterdir() if _is_file(known)]
            latest = max(versions, key=_fetched_at)
            if latest.name.startswith(path.stem):
                return latest, False
            path = path.with_stem(f"{path.stem}-{len(versions)}")  # what was there before, again
        path.parent.mkdir(parents=True, exist_ok=True)
        sidecar = json.dumps(dict(facts), ensure_ascii=False, indent=1).encode(errors="replace")
        _write(path.with_name(f"{path.name}{_SIDECAR}"), sidecar)
        _write(path, body)
        return path, True

    def _address(self, url: str) -> Path:
        return self._folder / digest_of(url.encode())[:16]


def digest_of(data: bytes) -> str:
    """SHA-256, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _is_file(path: Path) -> bool:
    return not path.name.startswith(".") and not path.name.endswith(_SIDECAR)


def facts_of(path: Path) -> dict[str, Any]:
    """What stands beside a file that was fetched; nothing where that is gone or damaged."""
    try:
        facts = json.loads(path.with_name(f"{path.name}{_SIDECAR}").read_bytes())
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}


def _fetched_at(path: Path) -> str:
    return str(facts_of(path).get("fetched_at", ""))


def _write(path: Path, data: bytes) -> None:
    part = path.with_name(f".part-{path.name}")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
