"""Figures that only the narrative has: trainings, items by channel, press conferences, staff, suggestions answered.

They are read with the tokens, clauses and subjects of the statements, but with words and readings of their own, so that
no word of theirs changes what is read of the figures that rules compare with the tables.
"""

from pipeline.extraction.statements.facts.context import SECTIONS, FactContext, may_state_fact

__all__ = ["SECTIONS", "FactContext", "may_state_fact"]
