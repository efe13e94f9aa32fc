"""What the kernel forbids a process that does the query of somebody unknown."""

from __future__ import annotations

import ctypes
import os
import resource
import struct
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

_OVERHEAD_BYTES: Final = 2**30
"""What a process maps beyond what DuckDB may hold: Python, libraries, what the allocator has set aside."""
_CREATE, _ADD, _RESTRICT = 444, 445, 446
"""The system calls of Landlock (linux/landlock.h), the same on every processor."""
_READ: Final = 1 << 2 | 1 << 3
"""To read files and to list folders."""
_FILES: Final = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
"""All that an ABI of Landlock can forbid on files, by the first ABI that has it."""
_TCP: Final = 0b11
"""To listen and to connect, from ABI 4 on."""
_SIGNALS_AND_SOCKETS: Final = 0b11
"""To reach abstract sockets and to send signals beyond the process, from ABI 6 on."""
_NO_NEW_PRIVILEGES: Final = 38


def limit(memory_bytes: int, disk_bytes: int) -> None:
    """Limit this process for good: memory, the size of a file, no memory written to disk on a crash."""
    for kind, amount in (
        (resource.RLIMIT_AS, memory_bytes + _OVERHEAD_BYTES),
        (resource.RLIMIT_FSIZE, disk_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        allowed = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
        resource.setrlimit(kind, (allowed, allowed))
    with suppress(OSError):
        os.nice(5)  # the pages of others go first


def enclose(readable: Iterable[Path], folder: Path) -> bool:
    """Forbid this thread, and those it starts, every file but those in ``readable`` folders and in its own ``folder``.

    Every connection too. What is open stays open. Returns whether the kernel can (Linux 5.13 or later with Landlock);
    where it cannot, nothing is changed.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    abi = libc.syscall(_CREATE, None, ctypes.c_size_t(0), 1)
    if abi < 1:
        return False
    files = max(bits for since, bits in _FILES.items() if since <= abi)
    rules = struct.pack("=QQQ", files, _TCP if abi >= 4 else 0, _SIGNALS_AND_SOCKETS if abi >= 6 else 0)
    rules = rules[: 24 if abi >= 6 else 16 if abi >= 4 else 8]
    ruleset = libc.syscall(_CREATE, rules, ctypes.c_size_t(len(rules)), 0)
    if ruleset < 0:
        return False
    try:
        for place in readable:
            _allow(libc, ruleset, place, _READ)
        _allow(libc, ruleset, folder, files)
        libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        if libc.syscall(_RESTRICT, ruleset, 0):
            raise OSError(ctypes.get_errno(), "Landlock")
    finally:
        os.close(ruleset)
    return True


def _allow(libc: ctypes.CDLL, ruleset: int, folder: Path, access: int) -> None:
    descriptor = os.open(folder, os.O_PATH)
    try:
        if libc.syscall(_ADD, ruleset, 1, struct.pack("=Qi", access, descriptor), 0):
            raise OSError(ctypes.get_errno(), f"Landlock: {folder}")
    finally:
        os.close(descriptor)
