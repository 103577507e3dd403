"""Who lived together, where, from when to when, and by which rule is that known?

A household is derived, never recorded: from council tax, claims, social care, school and other
registers, each of which knows a part and learns of a move at its own time. Any of them suffices.
"""

import re
from collections.abc import Mapping

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field

from joinedup.core.errors import MethodError
from joinedup.core.method import Method, Reads
from joinedup.link import families, home_columns, roles
from joinedup.link.home_columns import REGISTER
from joinedup.link.home_people import persons_of
from joinedup.link.home_told import GIVES, Lived, output
from joinedup.link.home_words import Known, Said, known_of
from joinedup.link.standard import standard, texts_of
from joinedup.link.stays import Stay, stays_of
from joinedup.result.model import Output
from joinedup.store.access import Access
from joinedup.store.bench import bench

NAME = "link.households"
ENTITIES, GAZETTEER = "entities", "gazetteer"
COMMUNAL_CLASS = r"^R?I|^C[IM]|care|nursing|communal|hostel|hospital|prison|hall"
SHARED_CLASS = r"^RH|hmo|multiple occupation|shared|bedsit"


class Layout(BaseModel):
    """What a table is, and which of its columns say what."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: Mapping[str, str] = Field(default={}, description="Role to column.")
    id: str = Field(default="", description="Column: names the row; its number if empty.")
    kind: str = Field(default="", description="Of source; told by the table's name if empty.")


class Spec(BaseModel):
    """Who lives together, from records of persons at addresses."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tables: tuple[str, ...] = Field(
        default=(),
        description="Tables of persons at homes; all that are given if empty.",
        json_schema_extra={"role": "tables"},
    )
    kinds: Mapping[str, str] = Field(
        default={},
        description="Table to kind: council tax, benefit, school, care or register; found by name.",
    )
    columns: Mapping[str, str] = Field(
        default={}, description="Role to column, where what is found is wrong. Empty: not used."
    )
    layouts: Mapping[str, Layout] = Field(
        default={}, description="Table to its layout; found from names and contents."
    )
    entities: str = Field(
        default="",
        description="Table of table, id and entity, from link.people, if persons are linked.",
        json_schema_extra={"role": "table"},
    )
    gazetteer: str = Field(
        default="",
        description="Table of UPRN and class, to know care homes and shared houses, if any.",
        json_schema_extra={"role": "table"},
    )
    lag: int = Field(
        default=90, ge=0, description="Days by which a source may learn of a move too late."
    )
    together: int = Field(default=31, ge=0, description="Days within which two arrive together.")
    adult: int = Field(default=18, ge=10, le=25, description="Years from which one is an adult.")
    shared: int = Field(
        default=3, ge=2, description="Unrelated households of adults that make a home a shared one."
    )
    communal: int = Field(default=10, ge=2, description="The same, of a communal one.")
    seed: int = Field(default=0, ge=0, description="Of the linkage of persons.")


def settle(spec: Spec, tables: Mapping[str, pa.Table]) -> Spec:
    """The same, with the layout of each table: what a person set, then what is found.

    Raises:
        MethodError: a table is missing, or none says who lives where.
    """
    beside = {
        name: getattr(spec, name) or (name if name in tables and name not in spec.tables else "")
        for name in (ENTITIES, GAZETTEER)
    }
    names = spec.tables or tuple(name for name in tables if name not in beside.values())
    missing = [name for name in (*names, *beside.values()) if name and name not in tables]
    if missing or not names:
        raise MethodError(
            f"no such table was given: {', '.join(missing) or 'none was named'}.",
            fix="give each with --table NAME=FILE.",
            where="tables",
        )
    found = {name: _layout(spec, name, tables[name]) for name in names}
    if beside[GAZETTEER]:
        columns = home_columns.columns_of(tables[beside[GAZETTEER]], {})
        kept = {role: columns[role] for role in ("uprn", "home", "class") if role in columns}
        found[beside[GAZETTEER]] = Layout(columns=kept, kind=GAZETTEER)
    layouts = found | dict(spec.layouts)
    if not any(home_columns.says_a_home(layouts[name].columns) for name in names):
        raise MethodError(
            "no table says who lives where.",
            fix="name the columns: --set columns.uprn=COLUMN --set columns.person=COLUMN.",
            where=", ".join(names),
        )
    return spec.model_copy(update={"tables": names, "layouts": layouts, **beside})


def _layout(spec: Spec, name: str, table: pa.Table) -> Layout:
    kind = spec.kinds.get(name) or home_columns.kind_of(name)
    if kind not in {*home_columns.KINDS, REGISTER}:
        raise MethodError(
            "is of no known kind.",
            fix=f"name one of {', '.join([*home_columns.KINDS, REGISTER])}.",
            where=f"kinds.{name}",
        )
    return Layout(
        columns=home_columns.columns_of(table, spec.columns), id=roles.id_of(table), kind=kind
    )


def reads(spec: Spec) -> Reads:
    """Names of rows, and what says who, where and when."""
    found: dict[str, tuple[str, ...]] = {}
    for name in (*spec.tables, *([spec.gazetteer] if spec.gazetteer else [])):
        layout = spec.layouts.get(name, Layout())
        named = (layout.id, *layout.columns.values())
        found[name] = tuple(dict.fromkeys(column for column in named if column))
    if spec.entities:
        found[spec.entities] = ("table", "id", "entity")
    return found


def run(spec: Spec, access: Access) -> Output:
    """Stays of each person, then the households of each home."""
    tables = {name: _sorted(access.table(name), spec.layouts[name]) for name in spec.tables}
    columns = {name: spec.layouts[name].columns for name in spec.tables}
    persons, how = persons_of(
        tables,
        columns,
        {name: spec.layouts[name].id for name in spec.tables},
        access.table(spec.entities) if spec.entities else None,
        seed=spec.seed,
    )
    known = known_of(
        {
            name: Said(table, columns[name], spec.layouts[name].kind, persons[name])
            for name, table in tables.items()
        }
    )
    limits = families.Limits(
        adult=spec.adult, together=spec.together, lag=spec.lag, shared=spec.shared,
        communal=spec.communal,
    )  # fmt: skip
    lived = lived_of(known, limits, _classes(spec, access))
    described = [
        (name, spec.layouts[name].kind, role, column)
        for name in spec.tables
        for role, column in spec.layouts[name].columns.items()
    ]
    return output(known, lived, limits, method=NAME, how=how, described=described)


def lived_of(known: Known, limits: families.Limits, classes: Mapping[str, str]) -> Lived:
    """The households of every home.

    Args:
        known: what all tables say.
        limits: from the settings.
        classes: home to `shared` or `communal`.
    """
    stays = [
        stay
        for person in sorted(known.words)
        for stay in stays_of(known.words[person], lag=limits.lag)
    ]
    at: dict[int, list[Stay]] = {}
    for stay in sorted(stays, key=lambda stay: (stay.home, stay.first, stay.person)):
        at.setdefault(stay.home, []).append(stay)
    ties: dict[int, dict[tuple[int, int], str]] = {}
    for (home, one, other), rule in known.ties.items():
        ties.setdefault(home, {})[one, other] = rule
    everywhere = ties.get(-1, {})
    people = [known.people[person] for person in range(len(known.names))]
    names = list(known.homes)
    found = {}
    for home, here in at.items():
        lives = {stay.person for stay in here}
        near = _near(everywhere, lives) | ties.get(home, {})
        found[home] = families.households(
            families.Home(here, near, known.accounts.get(home, []), classes.get(names[home], "")),
            people,
            limits,
        )
    return Lived(found, [stay for stay in stays if stay.doubled])


def _near(ties: Mapping[tuple[int, int], str], lives: set[int]) -> dict[tuple[int, int], str]:
    if not ties:
        return {}
    return {
        (one, other): ties[one, other] for one in lives for other in lives if (one, other) in ties
    }


def _sorted(table: pa.Table, layout: Layout) -> pa.Table:
    """In an order of its own, for the engine promises none."""
    by = [layout.id] if layout.id else list(dict.fromkeys(layout.columns.values()))
    return table.sort_by([(column, "ascending") for column in by])


def _classes(spec: Spec, access: Access) -> dict[str, str]:
    """Homes whose class says that no family need live there."""
    made: dict[str, str] = {}
    for name in (*spec.tables, *([spec.gazetteer] if spec.gazetteer else [])):
        columns = spec.layouts[name].columns
        if "class" not in columns or not {"uprn", "home"} & set(columns):
            continue
        table = access.table(name)
        homes = (
            standard(table, {"uprn": columns["uprn"]})["uprn"]
            if "uprn" in columns
            else texts_of(table[columns["home"]])
        )
        told = texts_of(table[columns["class"]])
        for home, kind in zip(homes.to_pylist(), told.to_pylist(), strict=True):
            if home and kind and re.search(COMMUNAL_CLASS, kind, re.IGNORECASE):
                made[home] = families.COMMUNAL
            elif home and kind and re.search(SHARED_CLASS, kind, re.IGNORECASE):
                made[home] = families.SHARED
    return made


METHOD = Method(
    name=NAME,
    summary="Who lived together, where, from when to when, and by which rule?",
    spec=Spec,
    reads=reads,
    run=run,
    bench=bench,
    settle=settle,
    assumptions=(
        "What is newer ends what is older, unless the older is told of again.",
        "Where several unrelated adults live at once, a surname alone proves no family.",
        "Who is in no table is in no household.",
    ),
    reference="Manchester City Council, iBase: four rules by which a family is inferred",
    trust="trial",
    where="memory",
    version="1",
    gives=GIVES,
)
