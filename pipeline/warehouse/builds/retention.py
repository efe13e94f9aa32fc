"""Which publications are kept."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime


def outlived(
    builds: Sequence[tuple[str, datetime]], *, keep: int, keep_monthly: int, never: Collection[str]
) -> list[str]:
    """Say which builds need not be kept any longer.

    Kept are the last ``keep`` beside those that are kept in any case, and the last build of each of the last
    ``keep_monthly`` months that have one.

    Args:
        builds: id and time of publication (UTC), in the order of publication, which counts where a clock was set back.
        keep: how many of the last are kept, not counting ``never``.
        keep_monthly: of how many months the last one is kept.
        never: what goes in no case: the current build, the one rolled back.
    """
    others = [build_id for build_id, _ in builds if build_id not in never]
    last_of_month = {f"{time:%Y-%m}": build_id for build_id, time in builds}
    months = sorted(last_of_month, reverse=True)[:keep_monthly]
    kept = {*never, *others[len(others) - min(keep, len(others)) :], *(last_of_month[month] for month in months)}
    return [build_id for build_id, _ in builds if build_id not in kept]
