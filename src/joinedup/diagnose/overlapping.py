"""Who is known to which bodies, and how many are known to several?

The join itself is often the finding: a third of businesses known to more than three regulators, or
half of the families at risk known to nobody who could help. Everybody is counted once, by the
entity that a linkage gave; with the linkage's doubt the shares carry it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field

from joinedup.core.errors import MethodError, Problem
from joinedup.core.method import Method, Reads
from joinedup.diagnose.overlap_report import tell
from joinedup.result.members import Whose
from joinedup.result.model import Output, OutputTable
from joinedup.store.access import Access
from joinedup.store.bench import bench

NAME = "diagnose.overlap"
FEWEST_BODIES, MOST_BODIES = 2, 30
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


class Spec(BaseModel):
    """How many people, homes or businesses are known to which bodies."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    entities: str = Field(
        default="entities",
        description="Table of table, id and entity, from a linkage.",
        json_schema_extra={"role": "table"},
    )
    bodies: Mapping[str, str] = Field(
        default={},
        description="Linked table to its column that names the body; else the table is the body.",
    )
    ids: Mapping[str, str] = Field(
        default={}, description="Such a table to the column that names its rows."
    )
    words: Mapping[str, str] = Field(default={}, description="Body to its name in words.")
    without: tuple[str, ...] = Field(
        default=(), description="Bodies that are not counted, such as a register of everybody."
    )
    case_words: str = Field(default="people", description="What is counted, in words, plural.")
    shown: int = Field(default=12, ge=2, le=60, description="Combinations told at most.")


@dataclass(frozen=True, slots=True)
class Known:
    """Who is known to whom.

    Attributes:
        units: the entities, each once.
        bodies: their names in words, sorted.
        by: whether each entity is known to each body, shape (entities, bodies).
    """

    units: pa.Array
    bodies: tuple[str, ...]
    by: Bools

    @property
    def times(self) -> Ints:
        """To how many bodies each is known, shape (entities,)."""
        return np.asarray(self.by.sum(axis=1))


def reads(spec: Spec) -> Reads:
    """Who is who; and of a table that holds several bodies' rows, which row is whose."""
    told = {table: (spec.ids.get(table, "id"), column) for table, column in spec.bodies.items()}
    return {spec.entities: ("table", "id", "entity"), **told}


def run(spec: Spec, access: Access) -> Output:
    """Count each entity once for each combination of bodies."""
    known = _known(spec, access.table(spec.entities), _bodies(spec, access))
    about = Whose(known.units, np.arange(len(known.units)))
    told = tell(spec, known)
    return Output(
        result=told.result,
        tables={"combinations": OutputTable(_kept(known), GIVES["combinations"])},
        members={name: about.members(counted) for name, counted in told.counted.items()},
    )


def _bodies(spec: Spec, access: Access) -> dict[tuple[str, str], str]:
    """The body of each row of the tables that hold several bodies' rows."""
    found = {}
    for table, column in spec.bodies.items():
        rows = access.table(table)
        ids = rows[spec.ids.get(table, "id")].cast(pa.string()).to_pylist()
        for called, body in zip(ids, rows[column].cast(pa.string()).to_pylist(), strict=True):
            found[table, called] = body or ""
    return found


def _known(spec: Spec, entities: pa.Table, bodies: Mapping[tuple[str, str], str]) -> Known:
    """Who is known to whom.

    Raises:
        MethodError: rows without an entity or a body, or too few or too many bodies.
    """
    told = [entities[name].cast(pa.string()).to_pylist() for name in ("table", "id", "entity")]
    body = [
        bodies.get((table, called), "") if table in spec.bodies else table
        for table, called in zip(told[0], told[1], strict=True)
    ]
    _require(spec, told[2], body)
    kept = [place for place, name in enumerate(body) if name not in spec.without]
    names, column = np.unique(np.array([body[place] for place in kept]), return_inverse=True)
    if not FEWEST_BODIES <= len(names) <= MOST_BODIES:
        raise MethodError(
            f"{len(names)} bodies are named; {FEWEST_BODIES} to {MOST_BODIES} can be told.",
            fix="name the column that says whose a row is: --set bodies.TABLE=COLUMN.",
            where=spec.entities,
        )
    units, row = np.unique(np.array([told[2][place] for place in kept]), return_inverse=True)
    by = np.zeros((len(units), len(names)), dtype=np.bool_)
    by[row, column] = True
    words = [spec.words.get(name, _plain(name)) for name in names.tolist()]
    order = np.argsort(words, kind="stable")
    return Known(
        pa.array(units.tolist(), pa.string()), tuple(words[at] for at in order), by[:, order]
    )


def _plain(name: str) -> str:
    return name.rpartition(".")[2].replace("_", " ")


def _require(spec: Spec, entity: list[Any], body: list[str]) -> None:
    problems = []
    for cells, what in ((entity, "no entity"), (body, "no body")):
        missing = sum(not one for one in cells)
        if missing:
            problems.append(
                Problem(
                    spec.entities,
                    f"{missing:,} rows have {what}.",
                    "give entities and tables of one linkage, and its id: --set ids.TABLE=COLUMN.",
                )
            )
    if not entity:
        problems.append(Problem(spec.entities, "it has no rows.", "link the tables first."))
    unknown = sorted(set(spec.without) - set(body))
    if unknown:
        problems.append(
            Problem("without", f"no body is called {', '.join(unknown)}.", "leave it out.")
        )
    if problems:
        raise MethodError.of(problems)


def _kept(known: Known) -> pa.Table:
    """Each combination and how many are known to just these, the largest first."""
    rows, counts = np.unique(known.by, axis=0, return_counts=True)
    order = np.lexsort((*rows.T[::-1], -counts))
    columns: dict[str, Any] = {
        body: pa.array(rows[order, place]) for place, body in enumerate(known.bodies)
    }
    return pa.table({**columns, "cases": pa.array(counts[order])})


GIVES = {"combinations": "one row per combination of bodies, the largest first"}

METHOD = Method(
    name=NAME,
    summary="How many are known to which bodies, and how many to several?",
    spec=Spec,
    reads=reads,
    run=run,
    bench=bench,
    assumptions=(
        "One entity is one person, home or business; the doubt of a linkage is carried if given.",
        "Who has a row with a body is known to it, however long ago.",
    ),
    reference="doi:10.1109/TVCG.2014.2346248",
    trust="trial",
    where="memory",
    version="1",
    gives=GIVES,
)
