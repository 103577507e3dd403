"""Make ready what would leave: the third gate's rule, and files on the desk for reviewers.

The desk is inside; nothing leaves from there. What reviewers see is what would leave, byte by byte.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from joinedup.core.errors import ProjectError, ReleaseError
from joinedup.core.policy import Action
from joinedup.govern.release import candidate
from joinedup.office.folder import ProjectFolder
from joinedup.office.house import Office
from joinedup.office.leaving import files, models
from joinedup.office.leaving.lineage import behind
from joinedup.office.leaving.population import (
    Population,
    hidden_too,
    population,
    reads_of,
    without_near,
)
from joinedup.office.leaving.rules import profile_of
from joinedup.office.permit import require, require_one_of
from joinedup.office.project_gate import blocked, require_not_retired
from joinedup.office.report import REPORT, steps_of
from joinedup.office.results import result_of_run
from joinedup.office.told import CHECK, READ, before_answer
from joinedup.result.model import Candidate, Result

if TYPE_CHECKING:
    from joinedup.records.models import Candidate as CandidateRow
    from joinedup.records.models import Run

DESK = "desk"
SHOWN_DIGITS = 12
MOST_ROUNDS = 20
"""Hiding a count makes another difference; what is left after so many the gate refuses."""


@dataclass(frozen=True, slots=True)
class Ready:
    """What would leave, and where reviewers look at it.

    Attributes:
        row: as it is on record.
        folder: its files, on the desk.
        population: whom its counts count.
    """

    candidate: Candidate
    row: "CandidateRow"
    folder: Path
    project: ProjectFolder
    population: Population


def check(office: Office, project: ProjectFolder, step: str, *, recipient: str = "") -> Candidate:
    """What would leave, with its hidden cells; the twin of `prepare` that writes nothing.

    Raises:
        PolicyDenied: the policy in force does not let whoever acts release it.
        ProjectError: it has not run.
        ReleaseError: it would disclose; every reason at once.
    """
    may(office, project, step, "release")
    return _made(office, project, latest_run(project, step), recipient)[0]


def may(office: Office, project: ProjectFolder, step: str, action: Action) -> None:
    """Ask the policy in force whether whoever acts may do this with a result, before all else.

    Raises:
        PolicyDenied: it does not let them.
    """
    where = f"{project.project.id}/{step}"
    require(office, action, about=where, purpose=project.project.purpose)


def prepare(office: Office, project: ProjectFolder, step: str, *, recipient: str = "") -> Ready:
    """Put what would leave on the desk, for reviewers; what is there already stays as it is.

    Whoever may release it does so, and whoever may review it: they look at it there.

    Raises:
        PolicyDenied: the policy in force lets whoever acts do neither.
        ProjectError: it has not run.
        ReleaseError: as `check`; or what lies on the desk is not as it was made ready.
    """
    from joinedup.records.locks import alone  # noqa: PLC0415 - Django's room
    from joinedup.records.models import Candidate as CandidateRow  # noqa: PLC0415 - Django

    where, purpose = f"{project.project.id}/{step}", project.project.purpose
    require_one_of(office, ("release", "approve"), about=where, purpose=purpose)
    run = latest_run(project, step)
    before = CandidateRow.objects.latest_of(run, recipient)
    made, counted = _made(office, project, run, recipient, before=before)
    row = CandidateRow.objects.of(made.digest)
    name = f"{project.project.id}-{step}-{made.digest[:SHOWN_DIGITS]}"
    folder = office.home / DESK / name
    if row is None or not folder.exists():
        with alone(office.home, files.WAY_OUT):
            row = CandidateRow.objects.of(made.digest)  # another may have been quicker
            if row is None:
                beside = sorted(map(list, counted.counted.beside))
                row = _keep(office, project, run, made, name=name, beside=beside)
            elif not folder.exists():
                _lay_again(office, project, row, made)
    return Ready(made, row, folder, project, counted)


def _lay_again(
    office: Office, project: ProjectFolder, row: "CandidateRow", made: Candidate
) -> None:
    """What was tidied from the desk, as it lay there."""
    staged, _ = _staged(office, project, row.run, made, name=row.name)
    files.require_unchanged(staged, row.files, where=row.name)
    _lay(staged, office.home / DESK / row.name)


def _staged(
    office: Office, project: ProjectFolder, run: "Run", made: Candidate, *, name: str
) -> tuple[Path, dict[str, str]]:
    """The files written aside on the desk, and their digests."""
    staged = office.home / DESK / f".{name}"
    shutil.rmtree(staged, ignore_errors=True)
    title = title_of(project, run.step)
    written = files.write(
        made,
        staged,
        title=title,
        office=office.folder.card.name,
        attached=models.attached(office, run),
    )
    return staged, written


def _keep(
    office: Office,
    project: ProjectFolder,
    run: "Run",
    made: Candidate,
    *,
    name: str,
    beside: list[list[Any]],
) -> "CandidateRow":
    """Write the files aside, then the row with its event, then the files into their place."""
    from joinedup.records.borne_out import TOLD, told  # noqa: PLC0415 - as above
    from joinedup.records.home import transaction  # noqa: PLC0415 - as above
    from joinedup.records.ledger import append  # noqa: PLC0415 - as above
    from joinedup.records.models import Candidate as CandidateRow  # noqa: PLC0415 - as above

    desk = office.home / DESK
    staged, written = _staged(office, project, run, made, name=name)
    said: dict[str, Any] = {
        "digest": made.digest,
        "recipient": made.recipient,
        "rule": made.rule,
        "hidden": made.hidden,
        "files": written,
        "authors": list(authors_of(office, project, run)),
        "beside": beside,
        "name": name,
    }
    with transaction():
        event = append(
            "candidate",
            actor=office.who,
            subject=f"{project.project.id}/{run.step}",
            facts={
                **{name: said[name] for name in ("digest", "recipient", "files")},
                TOLD: told(run=run.event_id, **said),
            },
        )
        row = CandidateRow.objects.create(run=run, **said, at=event.at, event=event)
        _lay(staged, desk / name)
    return row


def _lay(staged: Path, place: Path) -> None:
    """Put what was written aside into its place on the desk."""
    shutil.rmtree(place, ignore_errors=True)
    staged.rename(place)
    files.settle(place.parent)


def latest_run(project: ProjectFolder, step: str) -> "Run":
    """The newest run of a step.

    Raises:
        ProjectError: it has not run.
    """
    from joinedup.records.models import Run  # noqa: PLC0415 - as above

    row = Run.objects.latest(project.project.id, step)
    if row is None:
        fitted_by = step.removesuffix(models.ENDING)
        way = "run" if fitted_by == step or step in project.steps else "release model"
        raise ProjectError(
            "there is no result yet.",
            fix=f"run `joinedup {way} {step if way == 'run' else fitted_by}`.",
            where=step,
        )
    return row


def authors_of(office: Office, project: ProjectFolder, run: "Run") -> Sequence[str]:
    """Who made a result: who ran it, and who ran the steps that it is made of.

    A report is made of the runs there were when it was made, not of those since: who ran one of
    them is an author, whoever has run the step again.
    """
    from joinedup.records.models import Run  # noqa: PLC0415 - as above

    steps: list[str] = []
    if run.step == REPORT:
        steps += steps_of(project)
    if run.method == models.METHOD:
        steps.append(models.fitted_by(run))
    rows = Run.objects.as_of(run, steps)
    told = behind(office, result_of_run(office, run))
    return sorted({run.author, *told.authors, *(row.author for row in rows)})


def title_of(project: ProjectFolder, step: str) -> str:
    """What the page is headed by."""
    if step in project.steps:
        return project.steps[step].title
    fitted_by = step.removesuffix(models.ENDING)
    if fitted_by in project.steps:
        return f"The model of {project.steps[fitted_by].title or fitted_by}"
    return project.project.title


def _made(
    office: Office,
    project: ProjectFolder,
    run: "Run",
    recipient: str,
    *,
    before: "CandidateRow | None" = None,
) -> tuple[Candidate, Population]:
    """What would leave, and whom its counts count.

    Args:
        office: whose rules.
        project: whose result.
        run: that made it.
        recipient: whom it is for.
        before: what was made ready of it; if it comes out the same again, the counts that differ
            by too few are known, and need not be looked for.
    """
    require_not_retired(project)
    if problems := blocked(office, project):
        raise ReleaseError.of(problems)
    result = _told_of(office, project, run, recipient)
    models.require_may_leave(office, project, run)
    profile = profile_of(office, project, result)
    people = population(office, result)
    names_it = _may_see_records(office, result, recipient)

    def ready(told: Population) -> Candidate:
        return candidate(
            result,
            profile=profile,
            records_allowed=names_it,
            recipient=recipient,
            counted=told.counted,
        )

    if before is not None:
        same = hidden_too(people, [(one[0], one[1], one[2]) for one in before.beside])
        made = ready(same)
        if made.digest == before.digest:
            return made, same
    for _ in range(MOST_ROUNDS):
        made = ready(people)
        fewer = without_near(people, made.result, k=profile.differ_by)
        if fewer is None:
            break
        people = fewer
    return made, people


def _told_of(office: Office, project: ProjectFolder, run: "Run", recipient: str) -> Result:
    """The result, with it on record first that it is looked at, and whom its counts count."""
    about = f"{project.project.id}/{run.step}"
    before_answer(office, CHECK, about, {"identity": run.identity, "for": recipient or "public"})
    result = result_of_run(office, run)
    before_answer(office, READ, about, reads_of(office, result, step=run.step))
    return result


def _may_see_records(office: Office, result: Result, recipient: str) -> bool:
    """Whether every agreement the result rests on names the recipient."""
    agreements = result.provenance.agreements if result.provenance else ()
    return bool(agreements) and all(
        name in office.folder.agreements and recipient in office.folder.agreements[name].recipients
        for name in agreements
    )
