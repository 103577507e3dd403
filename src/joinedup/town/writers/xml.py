"""XML as a school's system exports it: a message, its header, schools, and their pupils."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.town.wording import join, plain
from joinedup.town.writers.lines import Block, Blocks, escaped, raw, rows_in


def write(path: Path, blocks: Blocks, *, header: str, group: str, record: str, key: str) -> None:
    """Records of `record`, in a `group` for each run of one value of the first column.

    Args:
        path: of the file.
        blocks: of text, sorted by the first column, whose value each record carries as an
            attribute of that name, and each group as its first element `key`.
        header: what stands in the message before the groups, as XML.
        group: element of a group, such as School; all are inside its plural.
        record: element of a record, such as Pupil.
        key: element of the group's own value, such as Estab.
    """
    open_value: str | None = None
    with path.open("wb") as file:
        file.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<Message>\n{header}\n'.encode())
        file.write(f"<{group}s>\n".encode())
        for block in blocks:
            if not rows_in(block):
                continue
            values = escaped(next(iter(block.values())))
            begins = _begins(values, open_value)
            open_tag = join(f"<{group}><{key}>", values, f"</{key}>\n")
            closing = np.ones(len(values), np.bool_)
            closing[0] = open_value is not None
            close_tag = pc.if_else(pa.array(closing), f"</{group}>\n", "")
            before = pc.if_else(begins, join(close_tag, open_tag), "")
            file.write(raw(join(before, _record(block, values, record))))
            open_value = values[-1].as_py()
        if open_value is not None:
            file.write(f"</{group}>\n".encode())
        file.write(f"</{group}s>\n</Message>\n".encode())


def _begins(values: pa.Array, previous: str | None) -> pa.Array:
    """Where a value differs from the one before it; from `previous` at the first."""
    earlier = pa.concat_arrays([pa.array([previous or ""], pa.string()), values[:-1]])
    return pc.not_equal(values, earlier)


def _record(block: Block, values: pa.Array, record: str) -> pa.Array:
    attribute, *names = block
    parts: list[pa.Array | str] = [f'<{record} {attribute}="', values, '">']
    for name in names:
        parts += [f"<{name}>", escaped(plain(block[name])), f"</{name}>"]
    return join(*parts, f"</{record}>\n")
