"""Whether what lies in the lake is what was written there.

Each folder of tables has a ``SHA256SUMS`` (``sha256sum --check`` reads it), written before the tables appear. A flipped
bit in a Parquet page is often no error to whoever reads it, and another figure: only the sums tell. Folders of older
versions have none; they are held to be sound if they can be read.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

import polars as pl

from pipeline.lake.schemas import BATCH_TABLES, MANIFEST, Schema
from pipeline.objects import ObjectPath

SUMS: Final = "SHA256SUMS"

BATCH_FILES: Final[dict[str, Schema]] = {
    f"{name}.parquet": schema for name, schema in {**BATCH_TABLES, "manifest": MANIFEST}.items()
}
"""What the folder of a batch has to hold."""

_LINE: Final = re.compile(r"([0-9a-f]{64})  (.+)")
_OS_ERROR: Final = re.compile(r"\(os error (\d+)\)")


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_sums(folder: Path) -> dict[str, set[str]]:
    """The sums that the files of a folder may have, by their names; empty where nothing says so.

    The manifest and the snapshot have two while one is put in the place of the other.
    """
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8", errors="replace").splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    sums: dict[str, set[str]] = {}
    for line in lines:
        if found := _LINE.fullmatch(line):
            sums.setdefault(found[2], set()).add(found[1])
    return sums


def write_sums(folder: Path, sums: Mapping[str, Collection[str]]) -> Path:
    """Write the sums of a folder's files, in no one step; gives the path."""
    path = folder / SUMS
    path.write_text(sums_text(sums), "utf-8")
    return path


def sums_text(sums: Mapping[str, Collection[str]]) -> str:
    """The sums of files by their names, as `SUMS` holds them."""
    return "".join(f"{value}  {name}\n" for name in sorted(sums) for value in sorted(sums[name]))


def damage(folder: Path, files: Mapping[str, Schema], *, whole: bool) -> str | None:
    """What is wrong with a folder of the lake, in words; None if nothing is.

    It is cheap to look at the end of each file, which tells what is missing, cut off or of another schema; ``whole``
    looks at every byte.

    Raises:
        OSError: it cannot be looked at, which says nothing of what it holds.
    """
    if not folder.is_dir():
        return "it is no folder"
    names = {path.name for path in folder.iterdir()}
    if missing := sorted(files.keys() - names):
        return f"there is no {', '.join(missing)}"
    sums = read_sums(folder) if whole else {}
    for name, schema in files.items():
        path = folder / name
        if (sealed := sums.get(name)) and digest(path) not in sealed:
            return f"{name} is not as it was written"
        if fault := _fault(path, schema, decode=whole and not sealed):
            return f"{name} {fault}"
    return None


def _fault(path: Path, schema: Schema, *, decode: bool) -> str | None:
    try:
        with path.open("rb") as stream:
            whole = io.BytesIO(stream.read()) if isinstance(path, ObjectPath) else stream
            found = pl.read_parquet(whole).schema if decode else pl.read_parquet_schema(whole)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        if told := as_os_error(error, path):
            raise told from error
        return f"cannot be read ({' '.join(str(error).split())[:200]})"
    if pl.Schema(found) == pl.Schema(schema):
        return None
    other = [name for name in {**schema, **found} if schema.get(name) != found.get(name)]
    return f"has another schema ({', '.join(other) or 'the order of columns'})"


def as_os_error(error: BaseException, path: Path) -> OSError | None:
    """What the operating system said, of which Polars makes an error of its own; None if it said nothing.

    That a file is not there, or ends too soon, says something of the file.
    """
    if isinstance(error, FileNotFoundError):
        return None
    if isinstance(error, OSError) and error.errno is not None:
        return error
    found = _OS_ERROR.search(str(error))
    return OSError(int(found[1]), os.strerror(int(found[1])), str(path)) if found else None
