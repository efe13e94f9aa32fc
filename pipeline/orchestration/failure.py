"""What went wrong in a run, in words for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import dagster as dg

_GATES: Final = frozenset({"published"})
"""Steps that have a finished build before them, and publish it or refuse to."""

_REFUSALS: Final = frozenset({"PublicationRefused", "DagsterAssetCheckFailedError"})
"""Errors by which a build is refused: by the gate, or by a check that blocks what follows."""

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
        # The innermost tells what happened, without the class's name before it.
        said = errors[-1].message.strip() if errors else (step.message or "")
        told.append(f"{step.step_key}: {said.partition(': ')[2] or said}")
    return Failure(is_refusal, "\n".join(told[:_STEPS]) or message)


def _chain(error: dg.SerializableErrorInfo) -> Iterator[dg.SerializableErrorInfo]:
    link: dg.SerializableErrorInfo | None = error
    while link:
        yield link
        link = link.cause
