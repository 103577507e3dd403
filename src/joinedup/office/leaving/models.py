"""A fitted model on its way out: does it carry the people it was fitted to?

Nothing else of a model leaves: a report tells its weights under the rule of degrees of freedom, and
the model itself goes through here, then two reviewers like any result, under the name `STEP-model`.
It leaves as plain JSON that runs nothing, and the result that goes with it is its card.
"""

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from joinedup.core.digest import digest
from joinedup.core.errors import ProjectError, ReleaseError
from joinedup.govern.disclosure.profiles import Profile, no_households
from joinedup.govern.models import Decision, Facts, Limits, decide
from joinedup.office import behind
from joinedup.office.folder import ProjectFolder
from joinedup.office.house import Office
from joinedup.office.leaving.card import FILE, card
from joinedup.office.leaving.rules import profile_of
from joinedup.office.permit import require
from joinedup.office.plan import plan
from joinedup.office.project_gate import require_not_retired
from joinedup.office.results import result_of_run
from joinedup.office.run import record
from joinedup.office.told import READ, before_answer, of_reads
from joinedup.result import json as result_json
from joinedup.result.model import FittedModel, Result

if TYPE_CHECKING:
    from joinedup.records.models import Run

METHOD, VERSION = "office.model", "1"
ENDING = "-model"
FORMAT = "joinedup model 1"


def made_ready(office: Office, project: ProjectFolder, step: str) -> str:
    """Judge the model that a step fitted last; gives the name under which it is reviewed.

    Raises:
        PolicyDenied: the policy in force does not let whoever acts release it.
        ProjectError: the project is retired, the step has not run, or it fits no model.
        ReleaseError: the model may not leave; every reason at once.
    """
    from joinedup.records.models import Run  # noqa: PLC0415 - Django, only when needed

    purpose = project.project.purpose
    require(office, "release", about=f"{project.project.id}/{step}", purpose=purpose)
    require_not_retired(project)
    name = f"{step}{ENDING}"
    _require_free(office, project, name)
    result = _judged(office, project, step)
    latest = Run.objects.latest(project.project.id, name)
    if latest is None or not _same(result_of_run(office, latest), result):
        run, _ = _fitted(office, project, step)
        record(office, project, name, result, scope=run.scope, made_from=run.made_from)
    return name


def require_may_leave(office: Office, project: ProjectFolder, run: "Run") -> None:
    """Judge a model again on the day, under the rules of the day; any other result may pass.

    Raises:
        ProjectError: the step that fitted it is not there any more.
        ReleaseError: it may not leave, or it is not the model that the step fitted last.
    """
    if run.method == METHOD and not _same(
        _judged(office, project, fitted_by(run)), result_of_run(office, run)
    ):
        raise ReleaseError(
            "the model, or the rules it leaves under, changed since it was judged (hash_changed).",
            fix=f"run `joinedup release model {fitted_by(run)}` and have it reviewed anew.",
            where=run.step,
        )


def attached(office: Office, run: "Run") -> dict[str, bytes]:
    """The files that go with a result beside its pages: a model's own."""
    if run.method != METHOD:
        return {}
    table = behind.model_table(behind.name_of(run.project, fitted_by(run)))
    return {FILE: _file(behind.read_model(office, table))}


def fitted_by(run: "Run") -> str:
    """The step whose model a run of `made_ready` judged."""
    return run.step.removesuffix(ENDING)


def _require_free(office: Office, project: ProjectFolder, name: str) -> None:
    """Refuse the name of a step: its results and the model's would be taken for one another."""
    if name in {node.name for node in plan(office.folder, project)}:
        raise ProjectError(
            "there is a step of this name, and a model would be reviewed under it.",
            fix="give that step another name.",
            where=name,
        )


def _judged(office: Office, project: ProjectFolder, step: str) -> Result:
    """The card of the model that a step fitted last, if it may leave today."""
    run, table = _fitted(office, project, step)
    about = f"{project.project.id}/{step}"
    reads = {table: ("content", "leaves", "categories", "member_losses", "other_losses")}
    before_answer(office, READ, about, of_reads(office, reads, step=step))
    model, told = behind.read_model(office, table), result_of_run(office, run)
    profile = profile_of(office, project, told)
    exposure = _require_harmless(model, profile, step).exposure
    content = _file(model)
    sha = hashlib.sha256(content).hexdigest()
    blocks = card(told, model, exposure, fewest=profile.persons, sha=sha)
    source = told.provenance
    return Result(
        method=METHOD,
        headline=f"The model of {step}: {model.content['kind']}.",
        blocks=blocks,
        provenance=source
        and replace(
            source,
            step=f"{step}{ENDING}",
            identity=digest([METHOD, VERSION, source.identity, sha, profile.digest]),
        ),
    )


def _fitted(office: Office, project: ProjectFolder, step: str) -> tuple["Run", str]:
    """The newest run of a step, and the table of the model that it fitted.

    Raises:
        ProjectError: it has not run, has fitted no model, or another step has taken its place.
    """
    from joinedup.records.models import Run  # noqa: PLC0415 - as above

    run = Run.objects.latest(project.project.id, step)
    table = behind.model_table(behind.name_of(project.project.id, step))
    if run is None or table not in run.versions:
        raise ProjectError(
            "it has fitted no model." if run else "it has not run.",
            fix=f"run `joinedup run {step}`; a step of target.model fits one.",
            where=step,
        )
    now = office.lake.current(table)
    if now is None or now.number != run.versions[table]:
        raise ProjectError(
            "the model that is kept is not the one its newest run fitted.",
            fix=f"run `joinedup run {step}`.",
            where=step,
        )
    return run, table


def _require_harmless(model: FittedModel, profile: Profile, step: str) -> Decision:
    """Hold a model against the rules.

    Raises:
        ReleaseError: every reason against it.
    """
    limits = Limits()
    decision = decide(
        Facts(
            leaves=model.leaves,
            categories=model.categories,
            freedom=model.freedom,
            member_losses=model.member_losses,
            other_losses=model.other_losses,
        ),
        replace(limits, fewest=profile.persons, freedom=max(limits.freedom, profile.freedom)),
    )
    problems = [*decision.problems]
    if profile.households:
        problems += no_households(profile).problems
    if problems:
        raise ReleaseError.of(replace(one, where=f"model of {step}") for one in problems)
    return decision


def _file(model: FittedModel) -> bytes:
    content = {"format": FORMAT, **model.content}
    return (json.dumps(content, indent=1, sort_keys=True, allow_nan=False) + "\n").encode()


def _same(one: Result, other: Result) -> bool:
    return result_json.content_digest(one) == result_json.content_digest(other)
