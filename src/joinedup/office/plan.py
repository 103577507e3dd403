"""What would run, in which order, and which columns would it read? The twin of `run`."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

import pyarrow as pa
from sqlglot import exp
from sqlglot.errors import OptimizeError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import traverse_scope

from joinedup.core.errors import Problem, ProjectError
from joinedup.core.method import KEY, STANDARD, Method, Reads
from joinedup.core.project import Step
from joinedup.office import catalogue
from joinedup.office.folder import Definition, Folder, ProjectFolder
from joinedup.store.access import one_select, tables_read
from joinedup.store.bench import fill


@dataclass(frozen=True, slots=True)
class DefinitionNode:
    """A definition ready to run: its SELECT with every column named."""

    name: str
    definition: Definition
    select: exp.Query
    reads: Reads
    gives: tuple[str, ...]

    @property
    def writes(self) -> Mapping[str, str]:
        """Output name to the table it is kept under."""
        return {"rows": self.definition.table}

    @property
    def columns(self) -> Mapping[str, tuple[str, ...]]:
        """Table that it writes to its columns."""
        return {self.definition.table: self.gives}


@dataclass(frozen=True, slots=True)
class StepNode:
    """A step ready to run: its method and its filled settings."""

    name: str
    project: str
    step: Step
    method: Method
    spec: Any
    reads: Reads

    @property
    def writes(self) -> Mapping[str, str]:
        """Output name to the table it is kept under."""
        return _writes(self.project, self.name, self.step, self.method)

    @property
    def columns(self) -> Mapping[str, tuple[str, ...]]:
        """Table that it writes to its columns, where they are known before it runs."""
        return {self.writes[name]: columns for name, columns in self.method.columns.items()}


Node = DefinitionNode | StepNode


def plan(folder: Folder, project: ProjectFolder) -> tuple[Node, ...]:
    """The project's definitions and steps in the order they can run.

    Raises:
        ProjectError: every setting, table, column or method that is not there, at once.
    """
    problems: list[Problem] = []
    columns = {
        f"admitted.{name}": tuple(dataset.fields) for name, dataset in folder.datasets.items()
    }
    columns |= _made_by_steps(project)
    nodes: dict[str, Node] = {}
    for definition in _by_need(project):
        try:
            node = define(definition, columns)
        except ProjectError as error:
            problems.extend(error.problems)
            continue
        nodes[node.name] = node
        columns[definition.table] = node.gives
    declared = _declared(folder, columns)
    for name, step in project.steps.items():
        try:
            nodes[name] = _step(name, step, project, declared)
        except ProjectError as error:
            problems.extend(error.problems)
    if not problems:
        problems += _strangers(nodes, columns)
    if problems:
        raise ProjectError.of(problems)
    return _ordered(nodes)


def _made_by_steps(project: ProjectFolder) -> dict[str, tuple[str, ...]]:
    """Tables that steps write whose columns are known before anything is run."""
    found: dict[str, tuple[str, ...]] = {}
    for name, step in project.steps.items():
        try:
            method = catalogue.method(step.method)
        except ProjectError:
            continue  # told where the step is made
        writes = _writes(project.project.id, name, step, method)
        found |= {writes[output]: columns for output, columns in method.columns.items()}
    return found


def _writes(project: str, name: str, step: Step, method: Method) -> dict[str, str]:
    base = f"{project}_{name}".replace("-", "_")
    named = {table: f"derived.{base}_{table}" for table in method.gives}
    return named | dict(step.writes)


def define(definition: Definition, columns: Mapping[str, tuple[str, ...]]) -> DefinitionNode:
    """A definition with every column traced to the table it comes from.

    Raises:
        ProjectError: a table or column that is not there.
    """
    schema: dict[str, Any] = {}
    for table, names in columns.items():
        place, _, short = table.partition(".")
        schema.setdefault(place, {})[short] = dict.fromkeys(names, "unknown")
    tree = one_select(definition.sql, where=definition.file)
    try:
        select = qualify(tree, schema=schema, dialect="duckdb", quote_identifiers=False)
    except OptimizeError as error:
        message = str(error).partition(".")[0].replace('"', "")
        raise ProjectError(
            f"{message}.",
            fix="name a field of a dataset, of an earlier definition or of what a step links.",
            where=definition.file,
        ) from None
    reads = columns_read(select)
    strangers = sorted(set(reads) - set(columns))
    if strangers:
        raise ProjectError(
            f"there is no table {', '.join(strangers)}.",
            fix=f"definitions read {', '.join(sorted(columns))}.",
            where=definition.file,
        )
    return DefinitionNode(
        f"define:{definition.name}", definition, select, reads, tuple(select.named_selects)
    )


def columns_read(select: exp.Query) -> dict[str, tuple[str, ...]]:
    """Table to the columns a SELECT reads of it, each traced through its own parts."""
    reads: dict[str, set[str]] = {}
    for scope in traverse_scope(select):
        for source in scope.sources.values():
            if isinstance(source, exp.Table):
                reads.setdefault(f"{source.db}.{source.name}", set())
        for column in scope.columns:
            read = scope.sources.get(column.table)
            if isinstance(read, exp.Table):
                reads[f"{read.db}.{read.name}"].add(column.name)
    return {table: tuple(sorted(names)) for table, names in sorted(reads.items())}


def _by_need(project: ProjectFolder) -> Iterator[Definition]:
    """Definitions after those they read."""
    needs = {
        definition.table: set(tables_read(one_select(definition.sql, where=definition.file)))
        for definition in project.definitions.values()
    }
    by_table = {definition.table: definition for definition in project.definitions.values()}
    for table in _sorted(needs):
        if table in by_table:
            yield by_table[table]


def _declared(
    folder: Folder, columns: Mapping[str, tuple[str, ...]]
) -> Callable[[], dict[str, pa.Table]]:
    """Every table without a row, each field with what its dataset declares it to be."""

    def tables() -> dict[str, pa.Table]:
        made = {}
        for table, names in columns.items():
            dataset = folder.datasets.get(table.removeprefix("admitted."))
            fields = dataset.fields if dataset and table.startswith("admitted.") else {}
            key = "".join(dataset.key) if fields and dataset and len(dataset.key) == 1 else ""
            made[table] = pa.schema(
                [
                    pa.field(name, pa.string(), metadata=_says(fields[name].standard))
                    if name in fields
                    else pa.field(name, pa.string())
                    for name in names
                ],
                metadata={KEY: key},
            ).empty_table()
        return made

    return tables


def _says(standard: str) -> dict[bytes | str, bytes | str] | None:
    return {STANDARD: standard} if standard else None


def _step(
    name: str,
    step: Step,
    project: ProjectFolder,
    declared: Callable[[], dict[str, pa.Table]],
) -> StepNode:
    where = f"steps/{name}.toml"
    method = catalogue.method(step.method)
    if step.purpose != project.project.purpose:
        raise ProjectError(
            f"its purpose is '{step.purpose}'; the project's is '{project.project.purpose}'.",
            fix="a step serves its project's purpose; another purpose is another project.",
            where=where,
        )
    spec = fill(method.spec, step.settings, where=where)
    spec = method.settle(spec, declared()) if method.settle else spec
    strangers = sorted(set(step.writes) - set(method.gives))
    if strangers:
        raise ProjectError(
            f"{step.method} gives no table {', '.join(strangers)}.",
            fix=f"it gives {', '.join(method.gives)}.",
            where=where,
        )
    return StepNode(name, project.project.id, step, method, spec, method.reads(spec))


def _strangers(
    nodes: Mapping[str, Node], columns: Mapping[str, tuple[str, ...]]
) -> Iterator[Problem]:
    """Tables that nothing delivers, defines or writes, and columns known not to be there."""
    written = {table for node in nodes.values() for table in node.writes.values()}
    for node in nodes.values():
        for table, names in node.reads.items():
            if table not in columns and table not in written:
                known = ", ".join(sorted({*columns, *written}))
                yield Problem(node.name, f"nothing gives the table {table}.", f"there are {known}.")
            for column in names:
                if table in columns and column not in columns[table]:
                    yield Problem(
                        node.name,
                        f"{table} has no column {column}.",
                        f"it has {', '.join(columns[table])}.",
                    )


def _ordered(nodes: Mapping[str, Node]) -> tuple[Node, ...]:
    maker = {table: name for name, node in nodes.items() for table in node.writes.values()}
    needs = {
        name: {maker[table] for table in node.reads if table in maker}
        for name, node in nodes.items()
    }
    return tuple(nodes[name] for name in _sorted(needs))


def _sorted(needs: Mapping[str, set[str]]) -> tuple[str, ...]:
    try:
        return tuple(TopologicalSorter(needs).static_order())
    except CycleError as error:
        ring = " → ".join(error.args[1])
        raise ProjectError(
            f"each waits for the other: {ring}.", fix="break the ring.", where="project"
        ) from None
