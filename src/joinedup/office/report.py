"""The steps' results told together: one page that a head of service reads.

Which step leads, which stand side by side and which follow is declared in `project.toml`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from joinedup.core import clock
from joinedup.core.digest import digest
from joinedup.core.errors import ProjectError
from joinedup.core.method import Provenance
from joinedup.core.project import Report
from joinedup.office.branch import SHORT, as_lists, joined
from joinedup.office.folder import ProjectFolder
from joinedup.office.house import Office
from joinedup.office.results import result_of_run
from joinedup.office.run import Ran, record, run
from joinedup.office.told import SHOW, before_answer
from joinedup.result import charts
from joinedup.result.blocks import (
    Block,
    Caution,
    Cell,
    Column,
    Estimate,
    Figure,
    Kind,
    Prose,
    Table,
)
from joinedup.result.model import Result

if TYPE_CHECKING:
    from joinedup.records.models import Run

REPORT = "report"
METHOD = "office.report"


def run_all(
    office: Office,
    project: ProjectFolder,
    only: Sequence[str] = (),
    tell: Callable[[str, int, int], None] = lambda _name, _done, _all: None,
) -> Iterator[Ran]:
    """Run what has changed, and then tell it together, if the project says how.

    Args:
        office: whose data, and who asks.
        project: the definitions and steps.
        only: steps to run, with what they need; with any named, nothing is told together.
        tell: called before each node, as `run` has it.
    """
    scopes: dict[str, str] = {}
    for ran in run(office, project, only, tell):
        scopes[ran.name] = ran.scope
        yield ran
    if project.project.report is not None and not only:
        before = recorded(project, scopes)
        result = report(office, project, scopes)
        after = recorded(project, scopes)
        yield Ran(REPORT, ran=after != before, headline=result.headline, tables={})


def recorded(project: ProjectFolder, scopes: Mapping[str, str]) -> str:
    """The identity of the newest report on record; empty before the first."""
    from joinedup.records.models import Run  # noqa: PLC0415 - Django, only when needed

    row = Run.objects.latest(project.project.id, REPORT, scope=scope_of(project, scopes))
    return "" if row is None else row.identity


def scope_of(project: ProjectFolder, scopes: Mapping[str, str]) -> str:
    """One word for the rows that the report's steps were run on; empty if they are all."""
    limited = {step: scope for step in steps_of(project) if (scope := scopes.get(step, ""))}
    return digest(limited)[:SHORT] if limited else ""


def report(
    office: Office, project: ProjectFolder, scopes: Mapping[str, str] | None = None
) -> Result:
    """Compose the project's report from its latest results, and record it like any other run.

    Args:
        office: who composes it.
        project: whose report.
        scopes: step to the rows it was run on, where they were not all.

    Raises:
        ProjectError: the project declares no report, or a step it names has not run.
    """
    from joinedup.records.models import Run  # noqa: PLC0415 - Django, only when needed

    name, limited = project.project.id, scopes or {}
    rows = latest_runs(project, limited)
    before_answer(office, SHOW, f"{name}/{REPORT}", {"of": list(rows)})
    results = {step: result_of_run(office, row) for step, row in rows.items()}
    mark = digest([METHOD, project.project, {k: r.provenance for k, r in results.items()}])
    earlier = Run.objects.find(name, REPORT, mark)
    if earlier is not None:
        return result_of_run(office, earlier)
    result = compose(project, results, mark)
    record(
        office,
        project,
        REPORT,
        result,
        scope=scope_of(project, limited),
        made_from=as_lists(joined(*(row.made_from for row in rows.values()))),
    )
    return result


def latest(office: Office, project: ProjectFolder) -> dict[str, Result]:
    """The latest result of each step the report names; on record before, by who calls it."""
    rows = latest_runs(project, {})
    return {step: result_of_run(office, row) for step, row in rows.items()}


def latest_runs(project: ProjectFolder, scopes: Mapping[str, str]) -> "dict[str, Run]":
    """The latest run of each step the report names, over the rows of each one's scope."""
    from joinedup.records.models import Run  # noqa: PLC0415 - as above

    found, missing = {}, []
    for step in steps_of(project):
        row = Run.objects.latest(project.project.id, step, scope=scopes.get(step, ""))
        if row is None:
            missing.append(step)
        else:
            found[step] = row
    if missing:
        raise ProjectError(
            f"{', '.join(missing)} has not run yet.", fix="run `joinedup run`.", where=REPORT
        )
    return found


def steps_of(project: ProjectFolder) -> tuple[str, ...]:
    """The steps the report names, the leading one first, each once."""
    told = declared(project)
    beside = (told.beside,) if told.beside else ()
    return tuple(dict.fromkeys((told.lead, *beside, *told.compare, *told.sections)))


def declared(project: ProjectFolder) -> Report:
    """What the project says of its report."""
    if project.project.report is None:
        raise ProjectError(
            "the project declares no report.",
            fix="add [report] with lead = a step to project.toml.",
            where=f"projects/{project.project.id}/project.toml",
        )
    return project.project.report


def compose(project: ProjectFolder, results: Mapping[str, Result], mark: str) -> Result:
    """One Result from many: the question, the answer side by side, then each section."""
    told = declared(project)
    titles = {name: project.steps[name].title or name for name in results}
    blocks: list[Block] = [*_asked(project)]
    blocks += _side_by_side(told, titles, results)
    blocks += _cautions(results, steps_of(project))
    for name in told.sections:
        blocks.append(Prose(heading=titles[name], text=results[name].headline))
        blocks += _told(results[name], with_lists=name in told.lists)
    return Result(
        method=METHOD,
        headline=_headline(told, titles, results),
        blocks=tuple(blocks),
        provenance=_provenance(project, results, mark),
        rests_on=tuple(_rests_on(told, results)),
    )


def _rests_on(told: Report, results: Mapping[str, Result]) -> Iterator[Estimate]:
    """What the headline and the comparison tell without the counts to check them by."""
    for step in told.compare:
        yield from (one for one in results[step].estimates if one.name in told.estimates)
    for step in filter(None, (told.lead, told.beside)):
        said = results[step].headline
        yield from results[step].rests_on
        for one in results[step].estimates:
            if f"{one.value:.1%}" in said or f"{abs(one.value):.1f} " in said:
                yield one


def _headline(told: Report, titles: Mapping[str, str], results: Mapping[str, Result]) -> str:
    """The lead's sentence, and the one that must be read with it."""
    if not told.beside:
        return results[told.lead].headline
    both = (told.lead, told.beside)
    return " ".join(f"{titles[step]}: {results[step].headline}" for step in both)


def _told(result: Result, *, with_lists: bool) -> Iterator[Block]:
    """A section's blocks: its cautions stand at the head of the report already."""
    for block in result.blocks:
        listed = isinstance(block, Table) and block.about == "records"
        if isinstance(block, Prose) and block.heading:
            yield Prose(text=f"{block.heading}. {block.text}")
        elif not isinstance(block, Caution) and (with_lists or not listed):
            yield block


def _asked(project: ProjectFolder) -> Iterator[Block]:
    said, four = project.project, project.project.statements
    yield Prose(
        heading="What was asked",
        text="\n\n".join(
            (
                f"The problem. {four.problem}",
                f"Who would do what differently. {four.action}",
                f"The data product. {four.product}",
                f"The data. {four.data}",
                f"Judged by: {said.outcome}",
                f"Today: {said.baseline}",
                f"Capacity: {said.capacity:,} {said.capacity_unit}.",
                f"Decided by: {said.decision_owner}.",
            )
        ),
    )


def _side_by_side(
    told: Report, titles: Mapping[str, str], results: Mapping[str, Result]
) -> Iterator[Block]:
    if not told.compare:
        return
    words = told.reading or "The same cases, ordered in different ways."
    yield Prose(heading="Side by side", text=words)
    columns = [Column(name="way", label="Way of ordering", kind="text")]
    estimates = {step: {e.name: e for e in results[step].estimates} for step in told.compare}
    shown = [name for name in told.estimates if any(name in found for found in estimates.values())]
    for name in shown:
        first = next(found[name] for found in estimates.values() if name in found)
        columns += _columns(first)
    rows = [
        (titles[step], *(cell for name in shown for cell in _cells(estimates[step].get(name))))
        for step in told.compare
    ]
    table = Table(
        title="Ways of ordering the same cases",
        columns=tuple(columns),
        rows=tuple(rows),
        about="method",
        note="Low and high bound the estimate at 95 %.",
    )
    yield table
    if shown:
        yield _figure(
            table, shown[0], next(f[shown[0]] for f in estimates.values() if shown[0] in f)
        )


def _columns(estimate: Estimate) -> tuple[Column, ...]:
    words = estimate.label or estimate.name.replace("_", " ")
    kind: Kind = "share" if estimate.unit == "share" else "number"
    unit = "" if kind == "share" else estimate.unit
    return (
        Column(name=estimate.name, label=words, kind=kind, unit=unit, digits=1),
        Column(name=f"{estimate.name}_low", label="low", kind=kind, digits=1),
        Column(name=f"{estimate.name}_high", label="high", kind=kind, digits=1),
    )


def _cells(estimate: Estimate | None) -> Sequence[Cell]:
    return (None, None, None) if estimate is None else (estimate.value, estimate.low, estimate.high)


def _figure(table: Table, name: str, estimate: Estimate) -> Figure:
    words = estimate.label or name.replace("_", " ")
    place = [column.name for column in table.columns].index(name)
    said = "; ".join(
        f"{row[0]}: {row[place]:.1f}" for row in table.rows if isinstance(row[place], float)
    )
    return charts.dots_with_intervals(
        f"{words[:1].upper()}{words[1:]}, with 95 % intervals",
        table,
        label="way",
        value=name,
        low=f"{name}_low",
        high=f"{name}_high",
        alt=f"{words[:1].upper()}{words[1:]}, by way of ordering. {said}.",
        reference=0.0 if estimate.unit != "share" else None,
    )


def _cautions(results: Mapping[str, Result], ordered: Sequence[str]) -> Iterator[Caution]:
    """Every caution once, the leading step's first."""
    said = dict.fromkeys(text for step in ordered for text in results[step].cautions)
    for text in said:
        yield Caution(text=text)


def _provenance(project: ProjectFolder, results: Mapping[str, Result], mark: str) -> Provenance:
    from joinedup import __version__  # noqa: PLC0415 - the package's face

    made = [result.provenance for result in results.values() if result.provenance]
    inputs = {table: sha for source in made for table, sha in source.inputs.items()}
    return Provenance(
        method=METHOD,
        method_version="1",
        settings={"project": project.project.id, "steps": sorted(results)},
        inputs=dict(sorted(inputs.items())),
        seed=None,
        software=f"joinedup {__version__}",
        at=clock.stamp(clock.now()),
        purpose=project.project.purpose,
        agreements=tuple(sorted({name for source in made for name in source.agreements})),
        step=REPORT,
        identity=mark,
    )
