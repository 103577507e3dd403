"""How much of a result's doubt comes from who was taken for whom?

A method is run on the linkage and on several that could as well be; each estimate becomes the mean
over those, with an interval that holds both kinds of doubt.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from joinedup.result.blocks import Block, Caution, Column, Estimate, Estimates, Table
from joinedup.result.model import Output, Result
from joinedup.stats.pooling import Pooled, pooled

MOVES = 0.1
"""Of an interval's variance, what part must come from linkage to be told in a caution."""
LEVEL = 0.95
Key = tuple[str, str]


def with_doubt(main: Output, drawn: Sequence[Output]) -> Output:
    """The output of the linkage as it is, its estimates with the doubt of the linkage.

    Args:
        main: on the entities as they were linked.
        drawn: on each of several linkages that could as well be, two or more.
    """
    told = [_by_key(one.result) for one in drawn]
    made: dict[Key, Pooled] = {}
    for key, item in _by_key(main.result).items():
        seen = [one[key] for one in told if key in one]
        if len(seen) == len(told):
            made[key] = _pooled(seen, level=item.level or LEVEL)
    blocks: tuple[Block, ...] = tuple(
        _widened(block, made) if isinstance(block, Estimates) else block
        for block in main.result.blocks
    )
    blocks += tuple(_cautions(main.result, made, len(drawn)))
    blocks += (_table(main.result, made),) if made else ()
    return replace(main, result=replace(main.result, blocks=blocks))


def _by_key(result: Result) -> dict[Key, Estimate]:
    return {
        (block.title, item.name): item
        for block in result.blocks
        if isinstance(block, Estimates)
        for item in block.items
    }


def _pooled(items: Sequence[Estimate], *, level: float) -> Pooled:
    def told(bounds: Sequence[float | None]) -> np.ndarray:
        return np.array([np.nan if one is None else one for one in bounds], dtype=float)

    return pooled(
        np.array([item.value for item in items], dtype=float),
        told([item.low for item in items]),
        told([item.high for item in items]),
        level=level,
    )


def _widened(block: Estimates, made: dict[Key, Pooled]) -> Estimates:
    items = []
    for item in block.items:
        one = made.get((block.title, item.name))
        if one is None:
            items.append(item)
            continue
        low, high = one.measured.low, one.measured.high
        if item.unit == "share":
            low, high = max(low, 0.0), min(high, 1.0)
        items.append(
            replace(item, value=one.measured.value, low=low, high=high, level=item.level or LEVEL)
        )
    return replace(block, items=tuple(items))


def _cautions(result: Result, made: dict[Key, Pooled], draws: int) -> list[Caution]:
    moved = [key[1] for key, one in made.items() if one.between >= MOVES]
    left = [key[1] for key in _by_key(result) if key not in made]
    told = []
    if moved:
        told.append(
            f"Who is who is not certain: over {draws} linkages that could as well be,"
            f" {', '.join(moved)} moved, and the intervals hold that. The headline, tables and"
            " pictures are of the linkage as it is."
        )
    if not _by_key(result):
        told.append(
            "The method tells no estimate that could carry the doubt of the linkage; its counts"
            " are of the linkage as it is."
        )
    if left:
        told.append(f"The doubt of the linkage could not be told for {', '.join(left)}.")
    return [Caution(text=text) for text in told]


def _table(result: Result, made: dict[Key, Pooled]) -> Table:
    was = _by_key(result)
    return Table(
        title="What the linkage adds to the doubt",
        columns=(
            Column(name="of", label="estimate", kind="text"),
            Column(
                name="between", label="part of its variance that comes from links", kind="share"
            ),
        ),
        rows=tuple((key[1], round(made[key].between, 4)) for key in was if key in made),
        about="method",
    )
