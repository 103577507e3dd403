"""One JSON object a line; a column "tenant.name" is the name inside the tenant."""

from collections.abc import Collection
from itertools import groupby
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from joinedup.town.wording import join
from joinedup.town.writers.lines import Block, Blocks, raw


def write(path: Path, blocks: Blocks, *, bare: Collection[str] = ()) -> None:
    """Objects in the order of their columns; a null cell is null.

    Args:
        path: of the file.
        blocks: of text; names with the same word before the dot stand side by side.
        bare: columns of text that is a number already, written without quotes.
    """
    with path.open("wb") as file:
        for block in blocks:
            file.write(raw(join(_object(block, frozenset(bare)), "\n")))


def _object(block: Block, bare: frozenset[str]) -> pa.Array:
    parts: list[pa.Array | str] = []
    for outer, names in groupby(block, key=lambda name: name.partition(".")[0]):
        inner: list[pa.Array | str] = []
        nested = False
        for name in names:
            _, dot, last = name.partition(".")
            nested = nested or bool(dot)
            value = _value(block[name], quoted=name not in bare)
            inner += [f'"{last}": ' if dot else "", value, ", "]
        parts += [f'"{outer}": ', "{" if nested else "", *inner[:-1], "}" if nested else "", ", "]
    return join("{", *parts[:-1], "}")


def _value(texts: pa.Array, *, quoted: bool) -> pa.Array:
    if quoted:
        for character in ("\\", '"'):
            if character.encode() in raw(texts):
                texts = pc.replace_substring(texts, character, "\\" + character)
        texts = pc.binary_join_element_wise('"', texts, '"', "")
    return pc.fill_null(texts, "null")
