"""The doctor: whether a data folder is sound, and the rebuilding of what is derived in it."""

from pipeline.doctor.examine import examine
from pipeline.doctor.finding import Finding
from pipeline.doctor.repair import repair

__all__ = ["Finding", "examine", "repair"]
