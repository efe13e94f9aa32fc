"""pdfium's functions for what is called for every character and line of a page: they take and give bare addresses.

pypdfium2 gives each pointer as an object of its own. To make these and to check them takes longer than most of the
calls themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from ctypes import CFUNCTYPE, c_void_p, cast
from typing import Any, Final

import pypdfium2.raw as pdfium


class _Lean:
    """The functions of `pypdfium2.raw` by their names; an address is an int, None for no object."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        function = getattr(pdfium, name)
        kinds = [c_void_p if hasattr(kind, "contents") else kind for kind in (function.restype, *function.argtypes)]
        called = CFUNCTYPE(*kinds)(cast(function, c_void_p).value or 0)
        setattr(self, name, called)
        return called


lean: Final = _Lean()


def address(pointer: object) -> int:
    """Where an object of pdfium's is, for the functions of `lean`."""
    return cast(pointer, c_void_p).value or 0  # type: ignore[arg-type]
