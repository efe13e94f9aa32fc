"""Passes over the narrative of read documents: over the lake, never over documents; each on its own, with a version.

A new pass is a module here and a line in `PASSES`: its table is then in ``landing``.
"""

from typing import Final

from pipeline.lake.passes.fingerprints import FINGERPRINTS
from pipeline.lake.passes.keywords import KEYWORDS
from pipeline.lake.passes.narrative import Narrative, Pass
from pipeline.lake.passes.statements import STATEMENTS
from pipeline.lake.passes.topics import TOPICS

PASSES: Final[dict[str, Pass]] = {one.name: one for one in (STATEMENTS, TOPICS, KEYWORDS, FINGERPRINTS)}
"""All passes, by name."""

__all__ = ["PASSES", "Narrative", "Pass"]
