"""retain: what is past its time goes, with a certificate; legal holds; fields nobody uses."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from joinedup.cli.common import (
    HomeOption,
    JsonOption,
    OfficeOption,
    WhoOption,
    answer,
    opened_to,
    say,
)

if TYPE_CHECKING:
    from joinedup.office.house import Office
    from joinedup.office.retention.due import Due

group = typer.Typer(
    help="Destroy what is past its time, with a certificate; place legal holds.",
    invoke_without_command=True,
)
DryOption = Annotated[bool, typer.Option("--dry-run", help="Say what would go; nothing goes.")]


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.add_typer(group, name="retain")


@group.callback()
def retain(
    context: typer.Context,
    dry_run: DryOption = False,
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Destroy what is past its time under its agreements, and all that rests on it.

    joinedup retain --dry-run
    joinedup retain
    """
    if context.invoked_subcommand is not None:
        return
    from joinedup.office.retention.due import due  # noqa: PLC0415 - keeps `--help` quick

    place = opened_to("erase", "what is past its time", office, home, who)
    _carry_out(place, due(place), dry_run=dry_run, as_json=as_json)


@group.command()
def project(
    name: Annotated[str, typer.Argument(help="The retired project.")],
    dry_run: DryOption = False,
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Destroy what only a retired project has use for.

    joinedup retain project unsafe-homes
    """
    from joinedup.office.retention.due import due_of  # noqa: PLC0415 - as above

    place = opened_to("erase", "what is past its time", office, home, who)
    what = due_of(place, place.folder.project(name))
    _carry_out(place, what, dry_run=dry_run, as_json=as_json)


@group.command()
def hold(
    name: Annotated[str, typer.Argument(help="What the hold is called.")],
    what: Annotated[str, typer.Option("--what", help="An agreement, dataset or table; or all.")],
    until: Annotated[datetime, typer.Option("--until", formats=["%Y-%m-%d"], help="The last day.")],
    reason: Annotated[str, typer.Option("--reason", help="Why.")] = "",
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Keep what would go, for a reason in law.

    joinedup retain hold claim-12 --what visits --until 2027-01-31 --reason "court order"
    """
    from joinedup.office.retention import holds  # noqa: PLC0415 - as above

    done = holds.place(
        opened_to("erase", "what is past its time", office, home, who),
        name,
        what=what,
        reason=reason,
        until=until.date(),
    )
    if as_json:
        answer({"hold": done.name, "what": done.what, "until": done.until.isoformat()})
        return
    say("held", f"{done.what}, until {done.until}")


@group.command("release-hold")
def release_hold(
    name: Annotated[str, typer.Argument(help="The hold.")],
    reason: Annotated[str, typer.Option("--reason", help="Why.")] = "",
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """End a hold; only another than who placed it may.

    joinedup retain release-hold claim-12 --reason "settled" --as "Second Person"
    """
    from joinedup.office.retention import holds  # noqa: PLC0415 - as above

    holds.lift(opened_to("erase", "what is past its time", office, home, who), name, reason=reason)
    if as_json:
        answer({"released": name})
        return
    say("released", name)
    say("next", "joinedup retain --dry-run")


@group.command("holds")
def holds_(
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """The holds that stand today.

    joinedup retain holds
    """
    from joinedup.office.retention.holds import holds  # noqa: PLC0415 - as above

    found = holds(opened_to("erase", "what is kept", office, home, who))
    if as_json:
        answer(
            {
                "holds": [
                    {
                        "name": one.name,
                        "what": one.what,
                        "until": one.until.isoformat(),
                        "reason": one.reason,
                        "by": one.by,
                    }
                    for one in found
                ]
            }
        )
        return
    for one in found:
        say(one.name, f"{one.what}, until {one.until}, by {one.by}: {one.reason}")
    if not found:
        say("holds", "none")


@group.command()
def unused(
    days: Annotated[int, typer.Option("--days", min=1, help="In how many days.")] = 365,
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Fields that are kept and that no step read, and what would do in their place.

    joinedup retain unused --days 180
    """
    from joinedup.office.retention.unused import unused as go  # noqa: PLC0415 - as above

    found = go(opened_to("erase", "what is kept", office, home, who), days)
    if as_json:
        answer(
            {
                "days": days,
                "unused": [
                    {
                        "dataset": one.dataset,
                        "field": one.field,
                        "sensitivity": one.sensitivity,
                        "instead": one.instead,
                    }
                    for one in found
                ],
            }
        )
        return
    for one in found:
        say("unused", f"{one.dataset}.{one.field}; instead: {one.instead}")
    if not found:
        say("unused", f"every field that is kept was read in {days} days")


def _carry_out(place: "Office", what: "Due", *, dry_run: bool, as_json: bool) -> None:
    from joinedup.core.errors import RecordsError  # noqa: PLC0415 - as above
    from joinedup.office.retention.destroy import destroy  # noqa: PLC0415 - as above

    if dry_run:
        _say_due(what, as_json=as_json)
        return
    done = destroy(place, what)
    if as_json:
        answer(done.facts or {"certificate": "", "tables": [], **_standing(what)})
    elif not done.id:
        say("retain", "nothing is past its time")
    else:
        say("destroyed", f"{len(done.facts['tables']):,} versions, {len(what.runs)} results")
        say("certificate", str(done.folder))
    if done.failed:
        raise RecordsError(
            f"{len(done.failed)} things could not go; certificate {done.id} names them.",
            fix="see to the disk, then run `joinedup retain` again.",
            where="retain",
        )


def _standing(what: "Due") -> dict[str, Any]:
    return {"held": what.held, "unknown_agreement": list(what.unknown)}


def _say_due(what: "Due", *, as_json: bool) -> None:
    if as_json:
        answer(
            {
                "would_go": [
                    {"table": one.table, "version": one.number, "rows": one.rows, "why": why}
                    for one, why in what.versions
                ],
                "results": len(what.runs),
                **_standing(what),
            }
        )
        return
    for one, why in what.versions:
        say("would go", f"{one}: {one.rows:,} rows; {why}")
    for name, keeper in what.held.items():
        say("held", f"{name}, by {keeper}")
    for name in what.unknown:
        say("unknown", f"{name} rests on an agreement that is not in the folder; it is kept")
    if not what.versions:
        say("retain", "nothing is past its time")
