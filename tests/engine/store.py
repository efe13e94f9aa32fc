"""An S3-compatible server in a process of its own: moto's, on the loopback."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline import objects
from pipeline.objects import ObjectPath

BUCKET = "reports"

_SERVER = """
import sys
from moto.server import ThreadedMotoServer

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print("http://%s:%s" % server.get_host_and_port(), flush=True)
sys.stdin.read()
"""


@contextmanager
def object_store() -> Iterator[str]:
    """The address of a server with an empty bucket, which the environment names until the end of the block."""
    server = subprocess.Popen(
        [sys.executable, "-c", _SERVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert server.stdout
    with server, pytest.MonkeyPatch.context() as environment:
        address = next(line.strip() for line in server.stdout if line.startswith("http"))
        environment.setenv("AWS_ENDPOINT_URL", address)
        environment.setenv("AWS_ACCESS_KEY_ID", "testing")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        environment.setenv("AWS_DEFAULT_REGION", "us-east-1")
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
            environment.delenv(name, raising=False)
        from s3fs import S3FileSystem

        objects._store.cache_clear()  # a process keeps to the store that it was told first
        S3FileSystem(skip_instance_cache=True).mkdir(BUCKET)
        try:
            yield address
        finally:
            server.kill()


def upload(folder: Path, target: ObjectPath) -> None:
    """Copy a folder."""
    for path in folder.rglob("*"):
        if path.is_file():
            (target / os.fspath(path.relative_to(folder))).write_bytes(path.read_bytes())
