"""The words of the narrative: a pass of its own after extraction, section texts in, counts of terms out."""

from pipeline.extraction.keywords.count import KEYWORDS_VERSION, TERMS, count_keywords

__all__ = ["KEYWORDS_VERSION", "TERMS", "count_keywords"]
