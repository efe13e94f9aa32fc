"""The lake: the record of what the documents say, as Parquet batches of a declared schema."""

from pipeline.lake.reading import Reading, read_file
from pipeline.lake.refreshing import RefreshResult, mend, refresh
from pipeline.lake.scan import Progress

__all__ = ["Progress", "Reading", "RefreshResult", "mend", "read_file", "refresh"]
