"""The child process of the explorer: derives from a new build what takes longer than a page may."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from filelock import FileLock

from pipeline.explorer.changes import make_changes
from pipeline.explorer.words import TextIndex, renew_index
from pipeline.warehouse import published_build
from pipeline.workspace import Workspace


def main() -> None:
    """Of the data folder that the command line names: what changed in its last build, the index of its words."""
    os.nice(10)
    workspace = Workspace(Path(sys.argv[1]))
    workspace.explorer.mkdir(parents=True, exist_ok=True)
    with FileLock(workspace.explorer / ".lock"):  # another server may be at it
        published = published_build(workspace)
        if published:
            make_changes(workspace, published.build_id)
            renew_index(workspace.published, TextIndex(workspace).path)


if __name__ == "__main__":
    main()
