"""Gongkai: the figures of China's open-government annual reports, from the printed cell to the mart."""

from importlib.metadata import version

__version__ = version("gongkai")
