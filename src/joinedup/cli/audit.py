"""audit: what happened, and whether the ledger is as it was written."""

from typing import Annotated

import typer

from joinedup.cli.common import HomeOption, JsonOption, OfficeOption, answer, say

group = typer.Typer(help="The ledger: show what happened, verify it.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.add_typer(group, name="audit")


@group.command()
def verify(
    office: OfficeOption = None, home: HomeOption = None, as_json: JsonOption = False
) -> None:
    """Walk the hash chain from the first event. Exits 60 at the first event that was changed."""
    from joinedup.core.errors import RecordsError  # noqa: PLC0415 - keeps `--help` quick
    from joinedup.office.records import verdict  # noqa: PLC0415 - as above

    found = verdict(office, home)
    if not found.ok:
        place = f"event {found.first_bad}" if found.first_bad else "the ledger"
        raise RecordsError(
            f"{found.reason}.",
            fix="stop work, keep this home as it is, and restore the last backup that verifies.",
            where=place,
        )
    if as_json:
        answer({"ok": True, "events": found.events})
        return
    say("audit", f"{found.events:,} events, one unbroken chain")


@group.command()
def show(
    office: OfficeOption = None,
    home: HomeOption = None,
    last: Annotated[int, typer.Option("--last", min=1, help="How many events, newest last.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """Show the last events: when, who, what."""
    from joinedup.office.records import last_events  # noqa: PLC0415 - as above

    for event, line in last_events(office, home, last):
        if as_json:
            print(line)
            continue
        say(str(event.seq), f"{event.at}  {event.kind}  {event.subject}  by {event.actor}")
