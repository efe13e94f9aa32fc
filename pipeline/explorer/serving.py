"""Serve the explorer from this process until it is told to end."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from contextlib import suppress

import uvicorn

from pipeline.explorer.app import build_app
from pipeline.workspace import JobError, Workspace


def serve(
    workspace: Workspace,
    host: str,
    port: int,
    *,
    review: bool = False,
    names: Sequence[str] = (),
    say: Callable[[str], None] = print,
) -> None:
    """Serve the pages of a data folder; ends by Ctrl-C or SIGTERM.

    Args:
        workspace: the data folder; nothing need be published in it yet.
        host: the address to listen at.
        port: the port; 0 for a free one.
        review: let people judge findings.
        names: further names of this server, as a server before it passes them on.
        say: gets the address once it is open.

    Raises:
        JobError: the port is taken, or the address is none of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise JobError(
            f"Nothing can listen at {host}, port {port}: {error.strerror}. Name another by --host or --port."
        ) from error
    with listener:
        bound = listener.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        config = uvicorn.Config(
            build_app(workspace, review=review, names=(host, *names)),
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=5,
        )
        listener.listen(128)  # who asks before the pages are ready waits, and is not refused
        say(f"http://{shown}:{bound}/")
        with suppress(KeyboardInterrupt):  # which uvicorn raises again when it has ended
            uvicorn.Server(config).run(sockets=[listener])
