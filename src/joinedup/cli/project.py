"""project: through its gate, live, and to its end; and how all projects stand."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from joinedup.cli.common import (
    HomeOption,
    JsonOption,
    OfficeOption,
    ProjectOption,
    WhoOption,
    answer,
    opened,
    say,
)

if TYPE_CHECKING:
    from joinedup.govern.readiness import Standing
    from joinedup.office.project_gate import Passed

group = typer.Typer(
    help="Projects: pass the gate, go live, see how all stand, retire one.", no_args_is_help=True
)


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.add_typer(group, name="project")


@group.command()
def gate(
    office: OfficeOption = None,
    home: HomeOption = None,
    project: ProjectOption = None,
    who: WhoOption = "",
    reason: Annotated[str, typer.Option("--reason", help="Why; kept in the ledger.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Pass a project's gate: four statements, outcome, baseline, capacity, decision owner.

    Exits 10 and names each missing item. Passed on what the file says now: when that changes, the
    gate is to be passed again.

    joinedup project gate --project unsafe-homes --as "A. Analyst"
    """
    from joinedup.office import project_gate  # noqa: PLC0415 - keeps `--help` quick
    from joinedup.office.ungated import require_items  # noqa: PLC0415 - as above

    require_items(office, project)
    place = opened(office, home, who)
    passed = project_gate.gate(place, place.folder.project(project), reason=reason)
    _signed(passed, "passed the gate", as_json=as_json)


@group.command()
def live(
    reason: Annotated[str, typer.Option("--reason", help="What you looked at; kept.")],
    office: OfficeOption = None,
    home: HomeOption = None,
    project: ProjectOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Go live: signed by somebody who wrote nothing of it. Exits 10 and names what stands against.

    Wants the gate passed; every agreement in force, with a power for each party; where the facts
    call for an impact assessment, one that is signed, not open again, and leaves no high risk; and
    an equality assessment of an earlier day.

    joinedup project live --project unsafe-homes --as "B. Owner" --reason "read the assessments"
    """
    from joinedup.office import project_gate  # noqa: PLC0415 - as above

    place = opened(office, home, who)
    passed = project_gate.live(place, place.folder.project(project), reason=reason)
    _signed(passed, "is live", as_json=as_json)


@group.command()
def retire(
    lessons: Annotated[str, typer.Option("--lessons", help="What was learnt; kept.")],
    office: OfficeOption = None,
    home: HomeOption = None,
    project: ProjectOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """End a project for good: nothing of it runs or leaves, and its public record says retired.

    joinedup project retire --project unsafe-homes --lessons "what worked, what did not, and why"
    """
    from joinedup.office import project_gate  # noqa: PLC0415 - as above

    place = opened(office, home, who)
    chosen = place.folder.project(project)
    ended = project_gate.retire(place, chosen, lessons=lessons)
    tables = project_gate.left_behind(place.folder, chosen)
    if as_json:
        answer(_facts(ended) | {"left_behind": list(tables)})
        return
    _signed(ended, "is retired", as_json=False)
    say("left behind", *(tables or ("nothing",)))
    say("next", f"joinedup retain project {chosen.project.id} --dry-run")


@group.command()
def status(
    office: OfficeOption = None,
    home: HomeOption = None,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show every project's phase, colour, blockers, reviews due and Five Safes.

    Red: an agreement has ended or is suspended, a risk stays high, or a live project is blocked.
    Amber: something waits. Green: live, and nothing waits. Grey: retired.

    joinedup project status
    """
    from joinedup.office import project_gate  # noqa: PLC0415 - as above

    place = opened(office, home)
    wanted = place.folder.project(project).project.id if project else ""
    found = [one for one in project_gate.portfolio(place) if not wanted or one.project == wanted]
    if as_json:
        answer({"projects": [_standing(one) for one in found], "counts": _counts(found)})
        return
    for one in found:
        _tell(one)
    counts = ", ".join(f"{count} {word}" for word, count in _counts(found).items() if count)
    say("projects", f"{len(found)}: {counts or 'none'}")


def _tell(one: "Standing") -> None:
    from joinedup.govern.documents.safes import WORDS  # noqa: PLC0415 - as above

    say(one.project, f"{one.title}: {one.phase}, {one.colour}")
    for problem in one.blockers:
        say("  blocked", f"{problem.where}: {problem.what}")
    for due in one.due:
        when = "overdue since" if due.overdue else "due by"
        say("  review", f"{due.what}, {when} {due.on.isoformat()}")
    say("  five safes", ", ".join(f"{mark.name}: {WORDS[mark.state]}" for mark in one.safes))
    cost = "not written down" if one.cost_pounds is None else f"£{one.cost_pounds:,} a year"
    say("  cost", cost)


def _standing(one: "Standing") -> dict[str, Any]:
    return {
        "project": one.project,
        "title": one.title,
        "phase": one.phase,
        "colour": one.colour,
        "blockers": [
            {"where": problem.where, "what": problem.what, "fix": problem.fix}
            for problem in one.blockers
        ],
        "reviews": [
            {"what": due.what, "on": due.on.isoformat(), "overdue": due.overdue} for due in one.due
        ],
        "five_safes": {mark.name: mark.state for mark in one.safes},
        "cost_pounds": one.cost_pounds,
    }


def _counts(found: "list[Standing]") -> dict[str, int]:
    from joinedup.govern.readiness import COLOURS, PHASES  # noqa: PLC0415 - as above

    words = [*(one.phase for one in found), *(one.colour for one in found)]
    return {word: words.count(word) for word in (*PHASES, *COLOURS)}


def _facts(passed: "Passed") -> dict[str, Any]:
    return {
        "project": passed.project,
        "what": passed.what,
        "by": passed.by,
        "at": passed.at,
        "digest": passed.digest,
    }


def _signed(passed: "Passed", words: str, *, as_json: bool) -> None:
    if as_json:
        answer(_facts(passed))
        return
    say(passed.project, f"{words}: {passed.by}, {passed.at}")
    say("next", "joinedup project status")
