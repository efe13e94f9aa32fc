"""Files as the real programs write them: LibreOffice makes one format of another."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest

_FILTERS = {
    "docx": "docx:MS Word 2007 XML",
    "doc": "doc:MS Word 97",
    "rtf": "rtf:Rich Text Format",
    "odt": "odt:writer8",
    "pdf": "pdf:writer_pdf_Export",
    "xlsx": "xlsx:Calc MS Excel 2007 XML",
    "xls": "xls:MS Excel 97",
    "ods": "ods:calc8",
}


def convert(sources: Sequence[bytes], suffix: str, target: str, *, infilter: str | None = None) -> list[bytes]:
    """Let LibreOffice write each source (of the format ``suffix``) as ``target``; all in one start of it.

    ``infilter``: what to read HTML with (``HTML (StarWriter)``, ``calc_HTML_WebQuery``).
    """
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice is not installed: make system")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "out").mkdir()
        names = [f"{number:05}.{suffix}" for number in range(len(sources))]
        for file, data in zip(names, sources, strict=True):
            (folder / file).write_bytes(data)
        command = [
            program,
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            *([f"--infilter={infilter}"] if infilter else []),
            "--convert-to",
            _FILTERS[target],
            "--outdir",
            "out",
            *names,
        ]
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=120 + 10 * len(sources), check=False)
        made = [folder / "out" / file.replace(f".{suffix}", f".{target}") for file in names]
        assert all(file.exists() for file in made), done.stderr.decode(errors="replace")
        return [file.read_bytes() for file in made]
