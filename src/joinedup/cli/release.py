"""release: from a result inside the office to files that may leave."""

from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

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
    from joinedup.govern.review import Verdict
    from joinedup.office.leaving.review import Standing
    from joinedup.result.model import Candidate

StepArgument = Annotated[str, typer.Argument(help="A step, or `report` for all together.")]
ForOption = Annotated[
    str, typer.Option("--for", help="The organisation it is for; the public if not said.")
]
ReasonOption = Annotated[str, typer.Option("--reason", help="What was checked, or why.")]
WordsOption = Annotated[
    bool,
    typer.Option("--words-read", help="You read what is named, and it tells of no few people."),
]


class StepFirst(TyperGroup):
    """`joinedup release STEP` is `joinedup release out STEP`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """A first word that is no verb is a step; no word at all is the report."""
        words = [word for word in args if not word.startswith("-")]
        if "--help" not in args and (not words or words[0] not in self.commands):
            args = ["out", *args]
        rest: list[str] = super().parse_args(ctx, args)
        return rest


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    group = typer.Typer(
        cls=StepFirst,
        no_args_is_help=False,
        help="Have a result checked and reviewed, and release it to the outbox.",
    )
    for verb in (check, review, out, withdraw, model, log):
        group.command()(verb)
    app.add_typer(group, name="release")


def check(
    step: StepArgument = "report",
    office: OfficeOption = None,
    home: HomeOption = None,
    project: ProjectOption = None,
    who: WhoOption = "",
    recipient: ForOption = "",
    as_json: JsonOption = False,
) -> None:
    """Make ready what would leave, on the desk, and say what reviewers must look at.

    Small counts are hidden, and others so that they cannot be worked out. Exits 50 if it would
    disclose. Nothing leaves from the desk.

    joinedup release check report --for licensing
    """
    from joinedup.office.leaving.candidate import prepare  # noqa: PLC0415 - keeps `--help` quick
    from joinedup.office.leaving.review import standing  # noqa: PLC0415 - as above

    place = opened(office, home, who)
    ready = prepare(place, place.folder.project(project), step, recipient=recipient)
    _tell(step, standing(place, ready), as_json=as_json)


def review(
    step: StepArgument = "report",
    office: OfficeOption = None,
    home: HomeOption = None,
    project: ProjectOption = None,
    who: WhoOption = "",
    approve: Annotated[bool, typer.Option("--approve", help="It may leave as it is.")] = False,
    give_back: Annotated[bool, typer.Option("--return", help="It may not leave.")] = False,
    reason: ReasonOption = "",
    recipient: ForOption = "",
    words_read: WordsOption = False,
    as_json: JsonOption = False,
) -> None:
    """Say whether what lies on the desk may leave; two people who did not make it must.

    Neither is told the other's verdict before both are in.

    joinedup release review report --approve --as "B. Reader" --reason "read every table"
    joinedup release review report --return --as "B. Reader" --reason "ward names are wrong"
    """
    if approve == give_back:
        message = "say one of --approve and --return"
        raise typer.BadParameter(message)
    from joinedup.office.leaving.review import review as go  # noqa: PLC0415 - as above

    place = opened(office, home, who)
    verdict: Verdict = "approve" if approve else "return"
    told = go(
        place,
        place.folder.project(project),
        step,
        verdict=verdict,
        reason=reason,
        recipient=recipient,
        words_read=words_read,
    )
    _tell(step, told, as_json=as_json)


def out(
    step: StepArgument = "report",
    office: OfficeOption = None,
    home: HomeOption = None,
    project: ProjectOption = None,
    who: WhoOption = "",
    recipient: ForOption = "",
    approve: Annotated[
        bool, typer.Option("--approve", help="The same as `release review STEP --approve`.")
    ] = False,
    reason: ReasonOption = "",
    words_read: WordsOption = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check only; write nothing.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Release to the outbox what two others have approved, as they saw it.

    Exits 50 if it would disclose by itself or beside what left before, is over the budget, is not
    approved by two people who did not make it, or its files were changed since.

    joinedup release out report --for licensing
    joinedup release out report --dry-run
    """
    if approve:
        review(
            step,
            office,
            home,
            project,
            who,
            approve=True,
            reason=reason,
            recipient=recipient,
            words_read=words_read,
            as_json=as_json,
        )
        return
    from joinedup.office.leaving.candidate import check as look  # noqa: PLC0415 - as above
    from joinedup.office.leaving.out import leave  # noqa: PLC0415 - as above

    place = opened(office, home, who)
    chosen = place.folder.project(project)
    if dry_run:
        _left(step, look(place, chosen, step, recipient=recipient), "", as_json=as_json)
        return
    left = leave(place, chosen, step, recipient=recipient)
    _left(step, left.release.candidate, str(left.folder), as_json=as_json)


def _left(step: str, made: "Candidate", folder: str, *, as_json: bool) -> None:
    if as_json:
        answer({"step": step, "rule": made.rule, "hidden": made.hidden, "folder": folder})
        return
    say(step, f"released under {made.rule}; {made.hidden} cells hidden")
    say("folder", folder or "none: a dry run writes nothing")


def withdraw(
    step: StepArgument = "report",
    office: OfficeOption = None,
    home: HomeOption = None,
    project: ProjectOption = None,
    who: WhoOption = "",
    recipient: ForOption = "",
    reason: ReasonOption = "",
    as_json: JsonOption = False,
) -> None:
    """Take back what lies on the desk, for good, before it leaves.

    joinedup release withdraw report --reason "a partner has sent a correction"
    """
    from joinedup.office.leaving.review import withdraw as go  # noqa: PLC0415 - as above

    place = opened(office, home, who)
    told = go(place, place.folder.project(project), step, reason=reason, recipient=recipient)
    _tell(step, told, as_json=as_json)


def model(
    step: Annotated[str, typer.Argument(help="A step that fits a model.")],
    office: OfficeOption = None,
    home: HomeOption = None,
    project: ProjectOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Judge the model that a step fitted; if it may leave, it is reviewed as STEP-model.

    Exits 50 if a leaf holds too few, too few degrees of freedom are left, or its losses tell who
    it was fitted to.

    joinedup release model scores
    """
    from joinedup.office.leaving.models import made_ready  # noqa: PLC0415 - as above

    place = opened(office, home, who)
    name = made_ready(place, place.folder.project(project), step)
    if as_json:
        answer({"step": name})
        return
    say("model", f"{step}: nothing stands against it")
    say("next", f"joinedup release check {name}")


def log(
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    verify: Annotated[
        bool, typer.Option("--verify", help="Hold the outbox against the log; exits 50 if unlike.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Everything that left: when, what, for whom, under which rule.

    joinedup release log --verify
    """
    from joinedup.core.errors import ReleaseError  # noqa: PLC0415 - as above
    from joinedup.office.leaving.out import faults, history  # noqa: PLC0415 - as above

    place = opened(office, home, who)
    if verify and (found := list(faults(place))):
        raise ReleaseError.of(found)
    rows = history(place)
    if as_json:
        answer(
            [
                {
                    "at": row.at,
                    "step": f"{row.run.project}/{row.run.step}",
                    "recipient": row.recipient or "public",
                    "rule": row.rule,
                    "hidden": row.hidden,
                    "digest": row.digest,
                    "folder": row.path,
                    "files": row.files,
                }
                for row in rows
            ]
        )
        return
    for row in rows:
        say(row.at[:10], f"{row.run.project}/{row.run.step} for {row.recipient or 'the public'}")
        say("", f"{row.rule}; {row.hidden} cells hidden; content {row.digest[:12]}")
    if not rows:
        say("log", "nothing has left")
    elif verify:
        say("outbox", "every file is as it left, and no other is there")


def _tell(step: str, told: "Standing", *, as_json: bool) -> None:
    if as_json:
        answer(
            {
                "step": step,
                "digest": told.digest,
                "state": told.state,
                "recipient": told.recipient or "public",
                "hidden": told.hidden,
                "unjudged": list(told.unjudged),
                "reviews": [
                    {"by": one.by, "verdict": one.verdict, "reason": one.reason, "at": one.at}
                    for one in told.seen
                ],
                "folder": str(told.folder),
            }
        )
        return
    say(step, f"{told.state}; {told.hidden} cells hidden; content {told.digest[:12]}")
    for sentence in told.unjudged:
        say("read this", f"may tell of too few: {sentence}")
    for one in told.seen:
        say(one.verdict, f"{one.by}: {one.reason}")
    say("look", str(told.folder / "report.html"))
