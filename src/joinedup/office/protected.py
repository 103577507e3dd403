"""Which fields seem to hold data the law protects most, below the highest sensitivity?

Asked of what is declared by `joinedup check`, and of what is delivered before anything is kept.
"""

from collections.abc import Iterator
from typing import get_args

import numpy as np
import pyarrow as pa

from joinedup.core.agreement import Agreement
from joinedup.core.errors import DeliveryError, Problem
from joinedup.core.vocabulary import Dataset
from joinedup.govern.pseudonyms.special import MOST, Category, undeclared
from joinedup.office.folder import Folder
from joinedup.office.lines import line_of

ROWS_LOOKED_AT = 50_000
VALUES_LOOKED_AT = 2_000


def protected(folder: Folder) -> tuple[Problem, ...]:
    """A problem for each field, and each condition, with file and line; none if all is declared."""
    found: list[Problem] = []
    for name, dataset in folder.datasets.items():
        place = f"datasets/{name}.toml"
        text = (folder.root / place).read_text(encoding="utf-8")
        for field, problem in undeclared(dataset).items():
            line = line_of(text, ("fields", field))
            where = f"{place}:{line}" if line else place
            found.append(Problem(where, problem.what, problem.fix))
    for name, agreement in folder.agreements.items():
        found += _conditions(folder, f"agreements/{name}.toml", agreement)
    return tuple(found)


def require_mapped(table: pa.Table, dataset: Dataset) -> None:
    """Refuse a delivery with fields that seem protected and are declared below that.

    Some of each column's cells are looked at, in memory; none is kept, told or logged.

    Raises:
        DeliveryError: every such field, and why.
    """
    contents = {
        name: _some(table[name])
        for name in table.column_names
        if pa.types.is_string(table[name].type) and dataset.fields[name].sensitivity < MOST
    }
    found = undeclared(dataset, contents)
    problems = [problem for name, problem in found.items() if name in table.column_names]
    if problems:
        raise DeliveryError.of(
            Problem(
                problem.where,
                problem.what,
                f"{problem.fix.removesuffix('.')} into the field in datasets/{dataset.id}.toml.",
            )
            for problem in problems
        )


def _some(column: pa.ChunkedArray) -> list[str]:
    """Some different cells of a column, from rows that lie evenly over it."""
    step = max(1, len(column) // ROWS_LOOKED_AT)
    column = pa.chunked_array(
        [chunk.take(pa.array(np.arange(0, len(chunk), step))) for chunk in column.chunks],
        column.type,
    )
    found: list[str] = column.unique().drop_null().slice(0, VALUES_LOOKED_AT).to_pylist()
    return found


def _conditions(folder: Folder, place: str, agreement: Agreement) -> Iterator[Problem]:
    """Conditions for what is neither a category nor a field that the agreement covers."""
    covered = {f"{name}.{field}" for name, fields in agreement.covers.items() for field in fields}
    known = {*get_args(Category), *covered, *(name.partition(".")[2] for name in covered)}
    text = (folder.root / place).read_text(encoding="utf-8")
    for name, said in agreement.conditions.items():
        line = line_of(text, ("conditions", name))
        where = f"{place}:{line}" if line else place
        if name not in known:
            what = f"the condition for '{name}' is for no category and no field it covers."
            fix = f"name a field under [covers], or one of {', '.join(get_args(Category))}."
            yield Problem(where, what, fix)
        elif not _cites(said):
            what = f"the condition for '{name}' does not say where in law it stands."
            fix = "write such as 9(2)(g), Schedule 1 paragraph 6; or 10, Schedule 1 paragraph 10."
            yield Problem(where, what, fix)


def _cites(said: str) -> bool:
    """Whether a condition names article 9(2) or article 10."""
    words = said.lower().replace("article", " ").split()
    return any(word.startswith(("9(2)", "10")) for word in words)
