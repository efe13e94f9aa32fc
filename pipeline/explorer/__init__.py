"""The explorer: the published warehouse as pages in a browser, each figure beside the cell that prints it."""

from pipeline.explorer.app import build_app
from pipeline.explorer.serving import serve

__all__ = ["build_app", "serve"]
