"""Tokens for the tests, whatever they are: the lake does not make them."""

import pyarrow as pa

from joinedup.store.sides import Tokens


def made_tokens(columns, key):
    """These columns as tokens of a key, in two pieces."""
    table = pa.table(columns)
    cut = table.num_rows // 2
    return Tokens(
        tuple(table.column_names),
        key,
        lambda: [*table.slice(0, cut).to_batches(), *table.slice(cut).to_batches()],
    )
