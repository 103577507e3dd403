"""Which column of a derived table still holds a column of the table it came from, unchanged?

Of a definition by its SQL: a column that is passed on, or only cast, trimmed or changed in its
capitals. Of a step by name: a column of what it writes that is called as a column it read.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlglot import exp
from sqlglot.optimizer.scope import Scope, build_scope

from joinedup.core.errors import JoinedupError
from joinedup.office.house import Office
from joinedup.office.plan import DefinitionNode, Node, plan

PASSING = (exp.Alias, exp.Cast, exp.TryCast, exp.Trim, exp.Upper, exp.Lower, exp.Paren)

Origin = tuple[str, str]
"""A table and one of its columns."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What one table holds of others.

    Attributes:
        project: whose step or definition writes it.
        step: its name.
        reads: the tables it is made of.
        origins: its column to the columns that it passes on. Of a step, every column it read, by
            name: which of them the table has is seen when it is there.
    """

    table: str
    project: str
    step: str
    reads: tuple[str, ...]
    origins: Mapping[str, frozenset[Origin]]


def carried(office: Office) -> tuple[Carried, ...]:
    """Every table that a project of the folder writes, those a table rests on before it.

    A project whose plan has mistakes is left out: `joinedup check` tells them.
    """
    found = []
    for name, project in office.folder.projects.items():
        try:
            nodes = plan(office.folder, project)
        except JoinedupError:
            continue
        for node in nodes:
            origins = _origins(node)
            found += [
                Carried(table, name, node.name, tuple(node.reads), origins)
                for table in node.writes.values()
            ]
    return tuple(found)


def _origins(node: Node) -> Mapping[str, frozenset[Origin]]:
    if isinstance(node, DefinitionNode):
        scope = build_scope(node.select)
        if scope is not None:
            return {name: frozenset(_of(scope, name)) for name in node.gives}
    found: dict[str, set[Origin]] = {}
    for table, columns in node.reads.items():
        for column in columns:
            found.setdefault(column, set()).add((table, column))
    return {column: frozenset(origins) for column, origins in found.items()}


def _of(scope: Scope, name: str) -> Iterator[Origin]:
    """Where an output column of a SELECT comes from; each branch of a union."""
    branches: list[Any] = getattr(scope, "union_scopes", None) or []
    if branches:
        place = _outputs(scope).index(name)
        for branch in branches:
            yield from _of(branch, _outputs(branch)[place])
        return
    for projection in getattr(scope.expression, "selects", ()):
        if projection.alias_or_name == name:
            yield from _through(scope, projection)


def _outputs(scope: Scope) -> list[str]:
    names: list[str] = getattr(scope.expression, "named_selects", [])
    return names


def _through(scope: Scope, told: Any) -> Iterator[Origin]:
    while isinstance(told, PASSING):
        told = told.this
    if isinstance(told, exp.Coalesce):
        for one in (told.this, *told.expressions):
            yield from _through(scope, one)
    if not isinstance(told, exp.Column):
        return
    source = scope.sources.get(told.table)
    if isinstance(source, exp.Table):
        yield (f"{source.db}.{source.name}", told.name)
    elif isinstance(source, Scope):
        yield from _of(source, told.name)
