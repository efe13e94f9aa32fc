"""Full text: an index of the words of all narratives, beside the published file."""

from pipeline.explorer.words.cutting import cut_question
from pipeline.explorer.words.index import Hits, TextIndex, renew_index

__all__ = ["Hits", "TextIndex", "cut_question", "renew_index"]
