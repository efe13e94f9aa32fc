"""The documents as they were printed, to be shown beside their figures: inert, with each cell of a table marked.

`raw` finds the bytes, `inert` writes a page of the web without anything that acts, `marked` finds the cells in it,
`drawn` draws what a reader gave, `pictures` renders pages, `job` does it in a process of its own, `originals` keeps
what came of it.
"""

from pipeline.explorer.originals.originals import Originals, Place, View, Wanted

__all__ = ["Originals", "Place", "View", "Wanted"]
