"""audit: what happened, and whether the ledger is as it was written."""

from pathlib import Path
from typing import Annotated

import typer

from joinedup.cli.common import HomeOption, JsonOption, OfficeOption, WhoOption, answer, say

group = typer.Typer(help="The ledger: show what happened, verify it.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.add_typer(group, name="audit")


@group.command()
def verify(
    office: OfficeOption = None,
    home: HomeOption = None,
    against: Annotated[
        Path | None, typer.Option("--against", help="An anchor that was kept elsewhere.")
    ] = None,
    public_key: Annotated[
        Path | None, typer.Option("--public-key", help="The anchor must be signed with this key.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Walk the hash chain from the first event, and hold the rows it tells of against it.

    Exits 60 at the first event that was changed. A tail that was cut off together with the head,
    or another database in this one's place, is found only with --against.
    """
    from joinedup.core.errors import ProjectError, RecordsError  # noqa: PLC0415 - quick `--help`
    from joinedup.office.records import verdict  # noqa: PLC0415 - as above

    if public_key and not against:
        raise ProjectError(
            "a key is given, but no anchor.", fix="name the anchor with --against.", where="verify"
        )
    found = verdict(office, home, against=against, public_key=public_key)
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
def anchor(
    out: Annotated[Path, typer.Option("--out", help="A new file, to be kept elsewhere.")],
    key: Annotated[
        Path | None, typer.Option("--key", help="Sign it with this Ed25519 private key (PEM).")
    ] = None,
    office: OfficeOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the chain's length and head to a file that proves them later."""
    from joinedup.office.records import anchored  # noqa: PLC0415 - keeps `--help` quick

    made = anchored(office, home, out=out, key=key)
    if as_json:
        answer({"events": made.seq, "head": made.hash, "signed": key is not None})
        return
    say("anchor", f"{made.seq:,} events, head {made.hash[:12]}…, in {out.name}")
    say("next", "keep it where nobody of this office can change it, and verify --against it")


@group.command()
def show(
    office: OfficeOption = None,
    home: HomeOption = None,
    last: Annotated[int, typer.Option("--last", min=1, help="How many events, newest last.")] = 20,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show the last events: when, who, what."""
    from joinedup.office.records import last_events  # noqa: PLC0415 - as above

    for event, line in last_events(office, home, last, who=who):
        if as_json:
            print(line)
            continue
        say(str(event.seq), f"{event.at}  {event.kind}  {event.subject}  by {event.actor}")


@group.command("who")
def who_did(
    table: Annotated[str, typer.Option("--table", help="A table: admitted.visits.")] = "",
    subject: Annotated[str, typer.Option("--subject", help="A person's reference.")] = "",
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Tell who read, wrote, approved or released a table, or looked at a person."""
    from dataclasses import asdict  # noqa: PLC0415 - keeps `--help` quick

    from joinedup.office.records import done_with  # noqa: PLC0415 - as above

    deeds = done_with(office, home, table=table, subject=subject, who=who)
    if as_json:
        answer([asdict(deed) for deed in deeds])
        return
    for deed in deeds:
        say(str(deed.seq), f"{deed.at}  {deed.who}  {deed.verb}  {deed.what}")
    say("who", f"{len(deeds):,} events, by {len({deed.who for deed in deeds}):,} persons")


@group.command()
def export(
    out: Annotated[Path, typer.Option("--out", help="A new file, one event a line of JSON.")],
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Write every event as one line of JSON in plain ASCII, oldest first."""
    from joinedup.office.records import exported  # noqa: PLC0415 - keeps `--help` quick

    count = exported(office, home, out, who=who)
    if as_json:
        answer({"events": count})
        return
    say("export", f"{count:,} events in {out.name}")


@group.command()
def watch(
    opens: Annotated[int, typer.Option("--from", help="Hour at which work begins.")] = 7,
    shuts: Annotated[int, typer.Option("--to", help="Hour at which it ends.")] = 19,
    zone: Annotated[str, typer.Option("--zone", help="Whose hours.")] = "Europe/London",
    tables: Annotated[int, typer.Option("--tables", min=1, help="More in one day are many.")] = 20,
    repeats: Annotated[int, typer.Option("--repeats", min=2, help="So often is often.")] = 5,
    since: Annotated[str, typer.Option("--since", help="From this day on: 2026-11-01.")] = "",
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Tell of broken glass, and count what is unusual: odd hours, many tables, one subject again.

    Counts for a person to judge; none of them shows that anything was wrong.
    """
    from dataclasses import asdict  # noqa: PLC0415 - keeps `--help` quick

    from joinedup.office.records import watched  # noqa: PLC0415 - as above

    limits = {"opens": opens, "shuts": shuts, "zone": zone, "tables": tables, "repeats": repeats}
    sights = watched(office, home, limits, since, who=who)
    if as_json:
        answer([asdict(sight) for sight in sights])
        return
    for sight in sights:
        place = f" ({sight.where})" if sight.where else ""
        events = f"events {sight.first} to {sight.last}"
        say(f"{sight.count:,}", f"{sight.who}: {sight.what}{place}, {events}")
    say("watch", f"{len(sights):,} to look at; a count is no accusation")
