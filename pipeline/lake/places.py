"""Places in ``raw/`` and in archives: which names are documents, and which document a file is."""

from __future__ import annotations

import hashlib
import re
from fnmatch import translate
from pathlib import Path
from typing import Final

from pipeline.lake.sidecar import SIDECAR_SUFFIX

IGNORED_NAMES: Final = (
    ".*",
    "~$*",
    "*~",
    "*.tmp",
    "*.part",
    "*.crdownload",
    "Thumbs.db",
    "desktop.ini",
    "__MACOSX",
    f"*{SIDECAR_SUFFIX}",
)
"""Names of files and folders that are hidden, half written, left by other programs, or tell of another file."""

_IGNORED: Final = re.compile("|".join(translate(pattern) for pattern in IGNORED_NAMES))


def is_ignored(name: str) -> bool:
    """Whether a file or folder of this name is no document, nor holds any."""
    return _IGNORED.match(name) is not None


def hash_file(path: Path) -> str:
    """The identity of the document in a file; it is never held in memory."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
