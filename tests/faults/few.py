"""Which of many faults are tried where there is no time for all: drawn, the same each time.

Every so-manyth would not do: faults stand in turn (KILL, EIO, ENOSPC, KILL …), so that a step of
three would try one kind alone.
"""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

Fault = TypeVar("Fault")


def some(every: Sequence[Fault], count: int) -> list[Fault]:
    """So many of them in their order; all if there are no more."""
    size = min(count, len(every))
    places = np.random.default_rng(1).choice(len(every), size=size, replace=False)
    return [every[place] for place in sorted(places)]
