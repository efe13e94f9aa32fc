"""What went wrong in a run, in words for people."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import dagster as dg

_GATES: Final = frozenset({"published"})
"""Steps that have a finished build before them, and publish it or refuse to."""

_REFUSALS: Final = frozenset({"PublicationRefused", "DagsterAssetCheckFailedError"})
"""Errors by which a build is refused: by the gate, or by a check that blocks what follows."""

_INTERRUPTED: Final = "DagsterExecutionInterruptedError"
"""An error without words, of a run that was ended from outside."""

_STEPS: Final = 5


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a run failed; ``is_refusal`` where a build was made and may not be published."""

    is_refusal: bool
    reason: str


def explain_failure(message: str, steps: Sequence[dg.DagsterEvent]) -> Failure:
    """Why a run failed: by what its failed steps say, else by ``message``, what Dagster says of the run."""
    told, is_refusal = [], False
    for step in steps:
        error = step.step_failure_data.error
        errors = list(_chain(error)) if error else []
        names = {one.cls_name for one in errors}
        is_refusal |= bool(names & _REFUSALS) or step.step_key in _GATES
        told.append(f"{step.step_key}: {_words(errors, names) or step.message}")
    return Failure(is_refusal, "\n".join(told[:_STEPS]) or message)


def _words(errors: Sequence[dg.SerializableErrorInfo], names: Container[str | None]) -> str:
    """What the innermost error says, without the class's name before it."""
    if _INTERRUPTED in names:
        return "ended from outside: the service was stopped, or the machine went down. 任务被外部中断。"
    said = errors[-1].message.strip() if errors else ""
    return said.partition(": ")[2] or said


def _chain(error: dg.SerializableErrorInfo) -> Iterator[dg.SerializableErrorInfo]:
    link: dg.SerializableErrorInfo | None = error
    while link:
        yield link
        link = link.cause
