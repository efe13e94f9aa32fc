"""The figures that a report's sentences state: a pass of its own after extraction, section texts in, statements out."""

from pipeline.extraction.statements.read import STATEMENTS_VERSION, read_statements
from pipeline.extraction.statements.statement import Period, Qualifier, Scope, Statement

__all__ = ["STATEMENTS_VERSION", "Period", "Qualifier", "Scope", "Statement", "read_statements"]
