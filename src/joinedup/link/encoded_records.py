"""Which records of several bodies are about the same person, for one who may not know who they are?

The third body holds filters that `joinedup link encode` made at each partner, and names of records
that say nothing. It has no key, and gives back pairs of names. Each list must name each person
once: a partner, who knows its own, can see to that with `link.people`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field

from joinedup.core.errors import MethodError
from joinedup.core.method import Method, Reads
from joinedup.link import judged, private_file
from joinedup.link.judged import Judged
from joinedup.link.private_file import FILTER, RECORD, UNDER
from joinedup.link.private_report import tell
from joinedup.result.model import Output, OutputTable
from joinedup.stats import nearness, partners
from joinedup.stats.arrays import Floats, Ints
from joinedup.store.access import Access
from joinedup.store.bench import bench

NAME = "link.encoded"
FEWEST_TABLES = 2


class Spec(BaseModel):
    """Who is who in encoded lists, without who they are."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tables: tuple[str, ...] = Field(
        default=(),
        description="Encoded tables; all that are given if empty.",
        json_schema_extra={"role": "tables"},
    )
    level: float = Field(
        default=0.95, gt=0.5, lt=1, description="Coverage of the intervals, 0 to 1."
    )


@dataclass(frozen=True, slots=True)
class Between:
    """What two lists have in common.

    Attributes:
        left: place of a record in one list, shape (pairs,).
        right: of its nearest in the other, which it is nearest to, shape (pairs,).
        chance: that they are one, shape (pairs,).
        judged: the line, and how good the links are; None where no more than chance is in common.
    """

    left: Ints
    right: Ints
    chance: Floats
    judged: Judged | None

    @property
    def links(self) -> Ints:
        """The places of the pairs that are links."""
        if self.judged is None:
            return np.empty(0, dtype=np.int64)
        return np.flatnonzero(self.chance >= self.judged.line)


def settle(spec: Spec, tables: Mapping[str, pa.Table]) -> Spec:
    """The same, with the names of the tables.

    Raises:
        MethodError: fewer than two were given, or one that is not encoded.
    """
    names = spec.tables or tuple(tables)
    if len(names) < FEWEST_TABLES:
        raise MethodError(
            f"{len(names)} encoded tables were given, and a link is between two.",
            fix="give each with --table NAME=FILE.",
            where="tables",
        )
    plain = [
        name
        for name in names
        if name in tables and not {RECORD, FILTER, UNDER} <= set(tables[name].column_names)
    ]
    if plain:
        raise MethodError(
            f"no encoded list: {', '.join(plain)}.",
            fix="have each partner encode its own: joinedup link encode FILE --key KEYFILE.",
            where="tables",
        )
    return spec.model_copy(update={"tables": names})


def reads(spec: Spec) -> Reads:
    """Filters, the names of records, and under what they were made."""
    return dict.fromkeys(spec.tables, (RECORD, FILTER, UNDER))


def run(spec: Spec, access: Access) -> Output:
    """Link, and give back pairs alone."""
    tables = {name: access.table(name).sort_by(RECORD) for name in spec.tables}
    under = same_form(tables)
    packed = {name: private_file.checked(table, where=name) for name, table in tables.items()}
    names = list(packed)
    signs = dict(zip(names, nearness.standardised(list(packed.values())), strict=True))
    own = {name: nearness.nearest_within(one) for name, one in signs.items()}
    found, rows = {}, []
    for one, other in combinations(names, 2):
        made = between((signs[one], own[one]), (signs[other], own[other]), level=spec.level)
        found[one, other] = made
        rows.append(_pairs(made, (one, tables[one]), (other, tables[other])))
    pairs = pa.concat_tables(rows)
    sizes = {name: table.num_rows for name, table in tables.items()}
    return Output(
        result=tell(NAME, sizes, under, found, level=spec.level),
        tables={"pairs": OutputTable(pairs, GIVES["pairs"])},
    )


def same_form(tables: Mapping[str, pa.Table]) -> str:
    """Under what form, key and fields all were made.

    Raises:
        MethodError: they differ, so that no two records could be told to be one.
    """
    told = {
        name: sorted(map(str, table[UNDER].unique().to_pylist())) for name, table in tables.items()
    }
    forms = {one for all_of in told.values() for one in all_of}
    if len(forms) == 1:
        return forms.pop()
    keys = {one.split()[1] if one.count(" ") else "" for one in forms}
    if len(keys) > 1:
        what, fix = "encoded under different keys", "encode all with one key file"
    else:
        common = set.intersection(*(set(one.split()[2:]) for one in forms))
        what = "encoded from different fields"
        fix = f"encode all again with --fields {','.join(sorted(common)) or 'the same for all'}"
    shown = "; ".join(f"{name}: {' | '.join(all_of)}" for name, all_of in told.items())
    raise MethodError(f"the tables were {what} ({shown}).", fix=f"{fix}.", where="tables")


def between(
    one: tuple[nearness.Signs, Floats], other: tuple[nearness.Signs, Floats], *, level: float
) -> Between:
    """Which records of two lists are each other's partner.

    Args:
        one: a list's records, from `nearness.standardised`, and how near its own nearest are.
        other: another list's.
        level: of the intervals.
    """
    sizes = len(one[0]), len(other[0])
    sides = nearness.nearest(one[0], other[0])
    curves = [
        partners.curve(
            partners.Side(
                nearest=sides[place].near,
                own=(one[1], other[1]),
                scale=tuple(there / max(size - 1, 1) for size in sizes),  # type: ignore[arg-type]
            )
        )
        for place, there in enumerate(reversed(sizes))
    ]
    if curves[0] is None or curves[1] is None:
        nothing = np.empty(0, dtype=np.int64)
        return Between(nothing, nothing, np.empty(0), None)
    seen = (curves[0], curves[1])
    matches = min(curve.share * size for curve, size in zip(seen, sizes, strict=True))
    found = _each_others(sides, seen)
    return Between(*found, _line(found[2], matches, level))


def _line(chance: Floats, matches: float, level: float) -> Judged:
    covered = min(1.0, float(chance.sum()) / max(matches, 1.0))
    return judged.judge(chance, covered, level=level)


def _each_others(
    sides: tuple[nearness.Nearest, nearness.Nearest], curves: tuple[partners.Curve, partners.Curve]
) -> tuple[Ints, Ints, Floats]:
    """Records that are each other's nearest: their places, and the chance that they are one."""
    left = np.flatnonzero(sides[1].place[sides[0].place] == np.arange(len(sides[0].place)))
    right = sides[0].place[left]
    others = (sides[0].second[left], sides[1].second[right])
    return left, right, partners.chance_of_partner(sides[0].near[left], others, curves)


def _pairs(made: Between, one: tuple[str, pa.Table], other: tuple[str, pa.Table]) -> pa.Table:
    """The links as names of records, the likeliest first."""
    links = made.links[np.argsort(-made.chance[made.links], kind="stable")]
    return pa.table(
        {
            "table_l": pa.array([one[0]] * len(links), pa.string()),
            "id_l": one[1][RECORD].take(pa.array(made.left[links])).cast(pa.string()),
            "table_r": pa.array([other[0]] * len(links), pa.string()),
            "id_r": other[1][RECORD].take(pa.array(made.right[links])).cast(pa.string()),
            "probability": pa.array(made.chance[links]),
        }
    )


GIVES = {"pairs": "one row per pair of records that is a link"}

METHOD = Method(
    name=NAME,
    summary="Which records are about the same person, for one who may not know who?",
    spec=Spec,
    reads=reads,
    run=run,
    bench=bench,
    settle=settle,
    assumptions=(
        "Each list names each person once.",
        "Namesakes and relatives are as near across the lists as they are within them.",
        "Whoever links has no key, and no list of the same people by name.",
    ),
    reference="doi:10.1186/1472-6947-9-41",
    trust="trial",
    where="memory",
    version="1",
    gives=GIVES,
)
