"""Scans and photographs of pages: recognised text, and tables laid by their ruling lines.

The way of a page: `raster` decodes the file, `upright` turns it to its feet, cuts spreads and straightens what is
left, `ink` parts what is written from paper, shade and seals, `grid` lays the cells between the ruling lines,
`writing` finds the lines of text and `recognition` reads them, `page` puts it all together.
"""

from pipeline.readers.scan.page import read_page_image
from pipeline.readers.scan.raster import read_image

__all__ = ["read_image", "read_page_image"]
