"""Who lived together, where, from when to when, and by which rule is that known?

A household is derived, never recorded: from council tax, claims, social care, school and other
registers, each of which knows a part and learns of a move at its own time. Any of them suffices.
"""

import re
from collections.abc import Mapping

import pyarrow as pa
from pydantic import Field

from joinedup.core.errors import MethodError
from joinedup.core.method import Method
from joinedup.link import asked, families, home_columns, home_people
from joinedup.link.asked import Layout
from joinedup.link.home_columns import REGISTER
from joinedup.link.home_told import GIVES, SCHEMAS, Lived, output
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


class Spec(asked.Tables):
    """Who lives together, from records of persons at addresses."""

    kinds: Mapping[str, str] = Field(
        default={},
        description="Table to kind: council tax, benefit, school, care or register; found by name.",
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
        MethodError: a table is missing, none says who lives where, or what a person set is not
            there.
    """
    names, beside = asked.named(spec, tables, beside=(ENTITIES, GAZETTEER))
    asked.require_known(spec, tables, names, known=home_columns.ROLES)
    found = {name: _layout(spec, name, tables[name]) for name in names}
    found |= _beside(beside, tables)
    layouts = found | dict(spec.layouts)
    if not any(home_columns.says_a_home(layouts[name].roles) for name in names):
        raise MethodError(
            "no table says who lives where.",
            fix="name the columns: --set columns.uprn=COLUMN --set columns.person=COLUMN.",
            where=", ".join(names),
        )
    return asked.settled(spec, names, found, tables, beside)


def _beside(beside: Mapping[str, str], tables: Mapping[str, pa.Table]) -> dict[str, Layout]:
    found = {}
    if entities := beside[ENTITIES]:
        found[entities] = Layout(roles={column: column for column in home_people.ENTITIES})
    if gazetteer := beside[GAZETTEER]:
        columns = home_columns.columns_of(tables[gazetteer], {})
        kept = {role: columns[role] for role in ("uprn", "home", "class") if role in columns}
        found[gazetteer] = Layout(roles=kept, kind=GAZETTEER)
    return found


def _layout(spec: Spec, name: str, table: pa.Table) -> Layout:
    kind = spec.kinds.get(name) or home_columns.kind_of(name)
    if kind not in {*home_columns.KINDS, REGISTER}:
        raise MethodError(
            "is of no known kind.",
            fix=f"name one of {', '.join([*home_columns.KINDS, REGISTER])}.",
            where=f"kinds.{name}",
        )
    found = home_columns.columns_of(table, spec.columns)
    return Layout(roles=found, id=asked.id_of(spec, table), kind=kind)


def run(spec: Spec, access: Access) -> Output:
    """Stays of each person, then the households of each home."""
    tables = {name: asked.in_order(access.table(name), spec.layouts[name]) for name in spec.tables}
    columns = {name: spec.layouts[name].roles for name in spec.tables}
    persons, how = home_people.persons_of(
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
        for role, column in spec.layouts[name].roles.items()
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


def _classes(spec: Spec, access: Access) -> dict[str, str]:
    """Homes whose class says that no family need live there."""
    made: dict[str, str] = {}
    for name in (*spec.tables, *([spec.gazetteer] if spec.gazetteer else [])):
        columns = spec.layouts[name].roles
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
    reads=asked.reads,
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
    columns={name: tuple(schema.names) for name, schema in SCHEMAS.items()},
)
