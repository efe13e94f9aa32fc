"""Object storage as paths: ``s3://BUCKET/KEY``, through fsspec.

What an object store cannot do is not pretended: there is no rename, and whatever this class does not override raises
instead of touching the local file system. One object appears in one step, whole; several never do.
"""

from __future__ import annotations

import errno
import io
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from fnmatch import fnmatchcase
from functools import cache
from itertools import islice
from pathlib import Path, PosixPath, PurePosixPath
from typing import IO, Any, Final, NamedTuple, TypeVar

SCHEME: Final = "s3://"

_PARALLEL: Final = 32
"""Requests at a time, of one process: each waits some 20 ms for the store, whatever its size."""

_BLOCK: Final = 4 * 2**20

Item = TypeVar("Item")
Result = TypeVar("Result")


class Listed(NamedTuple):
    """An object as a listing tells it: where under the folder, its size, when it was written, what it holds."""

    path: str
    size_bytes: int
    modified: datetime
    etag: str


class ObjectPath(PosixPath):
    """The path of an object, or of a folder, which is but what the names of objects begin with."""

    def __str__(self) -> str:
        """As an address: ``s3://BUCKET/KEY``."""
        return SCHEME + self.key

    def __fspath__(self) -> str:
        """Nothing that the operating system could open."""
        raise TypeError(f"{self} is no path of this machine")

    @property
    def key(self) -> str:
        """Bucket and key."""
        return "/".join(self.parts[1:])

    def resolve(self, strict: bool = False) -> ObjectPath:
        """Itself: there are no links."""
        return self

    def absolute(self) -> ObjectPath:
        """Itself."""
        return self

    def relative_to(self, *other: Any) -> PurePosixPath:  # type: ignore[override]  # noqa: ANN401
        """Its path under another, which is no address."""
        return PurePosixPath(*super().relative_to(*other).parts)

    def exists(self) -> bool:
        """Whether there is an object, or something under it."""
        with _told(self):
            return bool(_store().exists(self.key))

    def is_file(self) -> bool:
        """Whether there is an object."""
        with _told(self):
            return bool(_store().isfile(self.key))

    def is_dir(self) -> bool:
        """Whether there is something under it."""
        with _told(self):
            return bool(_store().isdir(self.key))

    def is_symlink(self) -> bool:
        """Never."""
        return False

    def mkdir(self, mode: int = 0, parents: bool = False, exist_ok: bool = False) -> None:
        """Nothing: folders are there once something is in them."""

    def open(self, mode: str = "r", *_: Any, encoding: str | None = None, **__: Any) -> IO[Any]:  # type: ignore[override]  # noqa: ANN401
        """Open the object for reading, or for writing it as a whole."""
        with _told(self):
            stream: IO[Any] = _store().open(self.key, mode.replace("b", "").replace("t", "") + "b", block_size=_BLOCK)
        return stream if "b" in mode else io.TextIOWrapper(stream, encoding or "utf-8")

    def read_bytes(self) -> bytes:
        """All that the object holds."""
        with _told(self):
            return bytes(_store().cat_file(self.key))

    def read_text(self, encoding: str | None = None, errors: str | None = None) -> str:
        """All that the object holds, as text."""
        return self.read_bytes().decode(encoding or "utf-8", errors or "strict")

    def write_bytes(self, data: Any) -> int:  # noqa: ANN401 - whatever is bytes
        """Make the object this, in one step."""
        with _told(self):
            _store().pipe_file(self.key, bytes(data))
        return len(data)

    def write_text(
        self, data: str, encoding: str | None = None, errors: str | None = None, newline: str | None = None
    ) -> int:
        """Make the object this text, in one step."""
        assert newline is None
        return self.write_bytes(data.encode(encoding or "utf-8", errors or "strict"))

    def unlink(self, missing_ok: bool = False) -> None:
        """Remove the object; one that is not there is no error of S3."""
        with _told(self):
            _store().rm_file(self.key)

    def iterdir(self) -> Iterator[ObjectPath]:  # type: ignore[override]
        """What is directly under it."""
        with _told(self):
            try:
                names = _store().ls(self.key, detail=False)
            except FileNotFoundError:
                return
        yield from (self / name.rsplit("/", 1)[1] for name in names if name.rstrip("/") != self.key)

    def glob(self, pattern: str, **_: Any) -> Iterator[ObjectPath]:  # type: ignore[override]  # noqa: ANN401
        """What is under it at the depth of the pattern, which has no ``**``, and matches it."""
        wanted = pattern.split("/")
        if len(wanted) == 1:
            yield from (path for path in self.iterdir() if fnmatchcase(path.name, pattern))
            return
        found = dict.fromkeys(tuple(one.path.split("/")[: len(wanted)]) for one in self.objects())
        for parts in found:
            if len(parts) == len(wanted) and all(map(fnmatchcase, parts, wanted)):
                yield self.joinpath(*parts)

    def objects(self) -> Iterator[Listed]:
        """All objects under it, in the order of their keys."""
        with _told(self):
            found = _store().find(self.key, detail=True)
        for key, about in found.items():
            if key != self.key:
                yield Listed(key[len(self.key) + 1 :], about["size"], about["LastModified"], about["ETag"].strip('"'))

    def remove_tree(self, first: str = "") -> None:
        """Remove all objects under it: the one named ``first`` before the others."""
        with _told(self):
            names = [one.path for one in self.objects()]
            others = [name for name in names if name != first]
            for some in ([first] * (first in names), *(others[at : at + 1000] for at in range(0, len(others), 1000))):
                if some:
                    _remove([f"{self.key}/{name}" for name in some])


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Make an error of the operating system of what the store's client raises otherwise."""
    from botocore.exceptions import BotoCoreError

    try:
        yield
    except BotoCoreError as error:
        raise OSError(errno.EIO, f"the object store cannot be used ({error})", str(path)) from error
    except OSError as error:
        if error.strerror is not None:
            raise
        kinds = {FileNotFoundError: (errno.ENOENT, "no such object"), PermissionError: (errno.EACCES, str(error))}
        raise OSError(*kinds.get(type(error), (errno.EIO, str(error))), str(path)) from error


def _remove(keys: list[str]) -> None:
    from fsspec.asyn import sync

    store = _store()
    sync(store.loop, store._bulk_delete, keys)  # what is public takes brackets in names for patterns


@cache
def _store() -> Any:  # noqa: ANN401 - s3fs is not typed
    """S3 as the environment says: ``AWS_ENDPOINT_URL``, ``AWS_PROFILE`` and so on."""
    from s3fs import S3FileSystem

    return S3FileSystem(use_listings_cache=False, skip_instance_cache=True)


def side_by_side(function: Callable[[Item], Result], items: Iterable[Item], where: Path) -> Iterator[Result]:
    """What ``function`` gives of each item, in order; several at a time where each waits for an object store."""
    if not isinstance(where, ObjectPath):
        yield from map(function, items)
        return
    with ThreadPoolExecutor(_PARALLEL) as pool:
        items = iter(items)
        while some := list(islice(items, 64 * _PARALLEL)):
            yield from pool.map(function, some)
