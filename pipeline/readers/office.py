"""Old office files (DOC, WPS, RTF, ODT, XML of 2003): LibreOffice makes DOCX or XLSX of them, which is read.

DOCX, since it keeps what the reader goes by: merged cells, tracked changes, notes and text boxes each as what they
are. LibreOffice runs without a window, with a profile of its own that lasts one start; it executes no macro, updates
no link, and whatever it would fetch goes to a proxy that is not there.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import struct
import subprocess
import tempfile
import time
import zlib
from collections.abc import Sequence
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Final
from zipfile import BadZipFile, ZipFile

from pipeline.readers.document import UnreadableDocument
from pipeline.readers.formats import FORMATS

SECONDS: Final = 60
"""Time that one document may take."""

_START_SECONDS: Final = 15
_STEP: Final = 0.1
_MAX_BYTES: Final = 256 * 2**20
_FIRST_START: Final = 81
"""Exit status by which LibreOffice asks to be started again, since it has made its profile."""
_SUFFIXES: Final = {"doc": "doc", "rtf": "rtf", "odt": "odt", "word_xml": "xml", "excel_xml": "xml"}
_FILTERS: Final = {"docx": "docx:MS Word 2007 XML", "xlsx": "xlsx:Calc MS Excel 2007 XML"}
_MISSING: Final = (
    "LibreOffice, which reads this format, is not installed. Install it (make system, or apt-get install "
    "libreoffice-writer-nogui) and run again: the document is then read."
)
_MAX_MANIFEST: Final = 2**20
_WORD_MAGIC: Final = b"\xec\xa5"
_SECTOR: Final = 512
_FLAGS: Final = 0x0A
_ENCRYPTED: Final = 0x0100


def convert(sources: Sequence[tuple[str, bytes]], seconds: float = SECONDS) -> list[bytes | UnreadableDocument]:
    """Convert files, each with the name of its format, to the format through which it is read.

    All in one start of LibreOffice; when one takes longer than ``seconds`` or makes it crash, the others go on in
    another. The result has for each file its bytes, or why there are none: ``tool_missing``, ``encrypted``,
    ``undecodable``, ``timed_out`` or ``crashed``.
    """
    results: dict[int, bytes | UnreadableDocument] = {}
    program = find_program()
    pending: list[int] = []
    for number, (name, data) in enumerate(sources):
        if program is None:
            results[number] = UnreadableDocument("tool_missing", _MISSING)
        elif _needs_password(name, data):
            results[number] = UnreadableDocument("encrypted", "The file needs a password. Save it without one.")
        else:
            pending.append(number)
    while pending and program:
        made, failure = _convert_until_failure(program, {number: sources[number] for number in pending}, seconds)
        results |= made
        tried = len(pending)
        if failure:
            # What stopped it is the first after the last that was made; what came before that gave nothing.
            tried = 1 + max((place for place, number in enumerate(pending, 1) if number in made), default=0)
            results[pending[tried - 1]] = failure
        for number in pending[:tried]:
            results.setdefault(
                number,
                UnreadableDocument(
                    "undecodable",
                    "LibreOffice cannot open this file: it is damaged or not what it seems. Fetch it again, or save it "
                    "in another format.",
                ),
            )
        pending = pending[tried:]
    return [results[number] for number in range(len(sources))]


def find_program() -> str | None:
    """The LibreOffice to run, None if it is not installed.

    The program proper, where it lies beside the script that starts it: a process that can be ended by itself.
    """
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is None:
        return None
    proper = Path(found).resolve().with_name("soffice.bin")
    return str(proper) if proper.exists() else found


def _convert_until_failure(
    program: str, sources: dict[int, tuple[str, bytes]], seconds: float
) -> tuple[dict[int, bytes | UnreadableDocument], UnreadableDocument | None]:
    """What one start of LibreOffice made, and what ended it before it was through, if something did."""
    with tempfile.TemporaryDirectory(prefix="office-") as name:
        folder = Path(name)
        (folder / "profile" / "user").mkdir(parents=True)
        settings = files("pipeline.readers").joinpath("office.xcu").read_bytes()
        (folder / "profile" / "user" / "registrymodifications.xcu").write_bytes(settings)
        outputs: dict[int, Path] = {}
        groups: dict[str, list[str]] = {}
        for number, (format, data) in sources.items():
            target = FORMATS[format].through
            assert target is not None, format
            file = f"{number:05}.{_SUFFIXES[format]}"
            (folder / file).write_bytes(data)
            groups.setdefault(target, []).append(file)
            outputs[number] = folder / target / f"{number:05}.{target}"
        failure = None
        for target, names in groups.items():
            expected = [path for path in outputs.values() if path.parent.name == target]
            failure = failure or _run(program, folder, target, names, expected, seconds)
        return {number: path.read_bytes() for number, path in outputs.items() if _is_whole(path)}, failure


def _run(
    program: str, folder: Path, target: str, names: Sequence[str], expected: Sequence[Path], seconds: float
) -> UnreadableDocument | None:
    profile = (folder / "profile").as_uri()
    command = [
        program,
        f"-env:UserInstallation={profile}",
        *("--headless", "--norestore", "--nologo", "--nolockcheck", "--nodefault"),
        *("--convert-to", _FILTERS[target], "--outdir", target, *names),
    ]
    environment = {**os.environ, "HOME": str(folder), "TMPDIR": str(folder), "SAL_USE_VCLPLUGIN": "svp"}
    for _ in range(2):
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={name: value for name, value in environment.items() if not name.startswith("XDG_")},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            status = _wait(process, expected, seconds)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
                _remove_pipe(profile)
        if status != _FIRST_START:
            break
    if status is None:
        return UnreadableDocument(
            "timed_out",
            f"LibreOffice took longer than the {seconds:,.0f} s that a document is given. Save it in another format.",
        )
    if status:
        return UnreadableDocument(
            "crashed", f"LibreOffice ended with status {status} when it opened this file. Save it in another format."
        )
    return None


def _wait(process: subprocess.Popen[bytes], expected: Sequence[Path], seconds: float) -> int | None:
    """The exit status; None if no file was made for so long."""
    made, deadline = 0, time.monotonic() + _START_SECONDS + seconds
    while time.monotonic() < deadline:
        try:
            return process.wait(_STEP)
        except subprocess.TimeoutExpired:
            if (now := sum(path.exists() for path in expected)) > made:
                made, deadline = now, time.monotonic() + seconds
    return None


def _remove_pipe(profile: str) -> None:
    """Remove the socket that LibreOffice leaves when it is killed: named by the MD5 of its profile, in UTF-16."""
    digest = hashlib.md5(profile.encode("utf-16-le"), usedforsecurity=False).digest()
    for path in Path("/tmp").glob(f"OSL_PIPE_*_SingleOfficeIPC_{''.join(f'{byte:x}' for byte in digest)}"):
        path.unlink(missing_ok=True)


def _is_whole(path: Path) -> bool:
    if not path.exists() or path.stat().st_size > _MAX_BYTES:
        return False
    try:
        ZipFile(path).close()
    except (BadZipFile, OSError):
        return False
    return True


def _needs_password(name: str, data: bytes) -> bool:
    """Whether the file says so: ODT in its manifest, Word in the flags at its start (MS-DOC, FibBase, fEncrypted)."""
    if name == "odt":
        try:
            with ZipFile(BytesIO(data)) as archive, archive.open("META-INF/manifest.xml") as stream:
                return b"encryption-data" in stream.read(_MAX_MANIFEST)
        except (BadZipFile, KeyError, NotImplementedError, RuntimeError, OSError, ValueError, EOFError, zlib.error):
            return False
    for place in range(_SECTOR, len(data) - _SECTOR, _SECTOR) if name == "doc" else ():
        if data.startswith(_WORD_MAGIC, place):
            (flags,) = struct.unpack_from("<H", data, place + _FLAGS)
            return bool(flags & _ENCRYPTED)
    return False
