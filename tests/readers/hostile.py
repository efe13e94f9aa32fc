"""Input made to hurt, read in a process of its own with limits on its time and memory."""

from __future__ import annotations

import resource
import subprocess
import sys

MEMORY = 2 << 30
SECONDS = 30


def read_in_child(module: str, data: str) -> str:
    """``document``, or the code of the reason why there is none; ``data`` is an expression over the module's names."""
    program = (
        f"from {module} import *\n"
        f"data = {data}\n"
        "try:\n    read(data)\nexcept UnreadableDocument as reason:\n    print(reason.code)\n"
        "else:\n    print('document')"
    )
    child = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
    )
    assert child.returncode == 0, child.stderr[-2000:]
    return child.stdout.strip()
