"""audit: what happened, and whether the ledger is as it was written."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from joinedup.cli.common import HomeOption, JsonOption, OfficeOption, WhoOption, answer, say

if TYPE_CHECKING:
    from joinedup.office.records import Checked

group = typer.Typer(help="The ledger: show what happened, verify it.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.add_typer(group, name="audit")


@group.command()
def verify(
    office: OfficeOption = None,
    home: HomeOption = None,
    against: Annotated[
        Path | None,
        typer.Option("--against", help="An anchor that was kept elsewhere, or a folder of them."),
    ] = None,
    public_key: Annotated[
        Path | None, typer.Option("--public-key", help="The anchor must be signed with this key.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--file", help="Verify an export in place of a home.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Walk the hash chain from the first event, and hold the rows it tells of against it.

    Exits 60 at the first event that is not as the home wrote it: its hash, its link, its seal. An
    older state of the whole database, put back, is found only against an anchor: with --against,
    or in the folder that office.toml names under [audit]. An export is checked from its lines.
    """
    from joinedup.core.errors import ProjectError, RecordsError  # noqa: PLC0415 - quick `--help`
    from joinedup.office.records import verdict, verdict_of_export  # noqa: PLC0415 - as above

    if public_key and not against:
        raise ProjectError(
            "a key is given, but no anchor.", fix="name the anchor with --against.", where="verify"
        )
    checked = (
        verdict_of_export(file, against=against, public_key=public_key)
        if file
        else verdict(office, home, against=against, public_key=public_key)
    )
    found = checked.verdict
    if not found.ok:
        place = f"event {found.first_bad}" if found.first_bad else "the ledger"
        raise RecordsError(
            f"{found.reason}.",
            fix="stop work, keep this as it is, and restore the last backup that verifies.",
            where=place,
        )
    if as_json:
        told = {"seals_checked": found.seals, "unsealed": found.unsealed}
        answer({"ok": True, "events": found.events, "anchors": checked.anchors, **told})
        return
    _say_verified(checked)


def _say_verified(checked: "Checked") -> None:
    found = checked.verdict
    say("audit", f"{found.events:,} events, one unbroken chain", f"{checked.anchors:,} anchors fit")
    if not found.seals:
        say("caution", "the seals were not looked at, for the keys are not here")
    if found.unsealed:
        old = f"the first {found.unsealed:,} events bear no seal"
        say("caution", f"{old}: they are older than the seals")


@group.command()
def anchor(
    out: Annotated[Path, typer.Option("--out", help="A new file, to be kept elsewhere.")],
    key: Annotated[
        Path | None, typer.Option("--key", help="Sign it with this Ed25519 private key (PEM).")
    ] = None,
    own_key: Annotated[
        bool, typer.Option("--own-key", help="Sign it with the home's own key; see `public-key`.")
    ] = False,
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Write the chain's length and head to a file that proves them later."""
    from joinedup.office.records import anchored  # noqa: PLC0415 - keeps `--help` quick

    made = anchored(office, home, out=out, key=key, own_key=own_key, who=who)
    if as_json:
        answer({"events": made.seq, "head": made.hash, "signed": own_key or key is not None})
        return
    say("anchor", f"{made.seq:,} events, head {made.hash[:12]}…, in {out.name}")
    say("next", "keep it where nobody of this office can change it, and verify --against it")


@group.command("public-key")
def public_key(office: OfficeOption = None, home: HomeOption = None) -> None:
    """Print the public half of the key that signs this home's anchors, for whoever keeps them."""
    from joinedup.office.records import own_public_key  # noqa: PLC0415 - as above

    print(own_public_key(office, home), end="")


@group.command()
def witness(
    anchor: Annotated[Path, typer.Argument(help="The anchor that an office has given you.")],
    register: Annotated[
        Path, typer.Option("--register", help="Your own folder of that office's anchors.")
    ],
    public_key: Annotated[
        Path | None, typer.Option("--public-key", help="It must be signed with this key.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Keep another office's anchor, unless it is of another past than those you hold.

    Exits 60 if it gives the same number of events another head, or a later chain fewer events;
    both anchors are then kept together in the register as evidence. Needs no home.
    """
    from joinedup.office.records import witnessed  # noqa: PLC0415 - as above

    done = witnessed(anchor, register, public_key)
    if as_json:
        answer({"held_already": done.held, "anchors": done.count, "file": done.path.name})
        return
    how = "was held already" if done.held else "is kept"
    say("witness", f"{done.path.name} {how}; {done.count:,} anchors of one past")


@group.command()
def clock(
    accept: Annotated[bool, typer.Option("--accept", help="The clock is right as it is.")] = False,
    reason: Annotated[str, typer.Option("--reason", help="How it came to be wrong before.")] = "",
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show by what time rights are decided: never before the last event, whatever the clock says.

    A clock that was ahead for a while holds that time still. With --accept it is decided by the
    clock again, from now on; the event that says so, and by whom, is shown by `audit watch`.
    """
    from joinedup.office.records import clock_accepted, clock_state  # noqa: PLC0415 - as above

    number = clock_accepted(office, home, who=who, reason=reason) if accept else None
    state = clock_state(office, home)
    if as_json:
        answer({**state, "event": number})
        return
    say("clock", f"{state['clock']}, rights are decided by {state['rights']}")
    if number is not None:
        say("accepted", f"event {number}; rights that have come to life again are yours to check")


@group.command()
def show(
    office: OfficeOption = None,
    home: HomeOption = None,
    last: Annotated[int, typer.Option("--last", min=1, help="How many events, newest last.")] = 20,
    by: Annotated[str, typer.Option("--by", help="Of this person alone.")] = "",
    kind: Annotated[str, typer.Option("--kind", help="Of this kind alone, such as read.")] = "",
    between: Annotated[
        tuple[int, int] | None, typer.Option("--between", help="From this number to that.")
    ] = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show the last events: when, who, what."""
    from joinedup.office.records import Which, last_events  # noqa: PLC0415 - as above

    which = Which(last=last, by=by, kind=kind, between=between)
    for event, line in last_events(office, home, which, who=who):
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
    """Tell who read, wrote, reviewed or released a table, or looked at a person.

    That it was asked, and by whom, is on record before it is told.
    """
    from dataclasses import asdict  # noqa: PLC0415 - keeps `--help` quick

    from joinedup.office.records import done_with  # noqa: PLC0415 - as above

    deeds = done_with(office, home, table=table, subject=subject, who_asks=who)
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
    """Write every event as one line of JSON in plain ASCII, oldest first.

    The last line says that they were exported, and by whom.
    """
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
    people: Annotated[int, typer.Option("--people", min=1, help="More in one day are many.")] = 50,
    away: Annotated[int, typer.Option("--away", min=1, help="More in one day are many.")] = 5,
    repeats: Annotated[int, typer.Option("--repeats", min=2, help="So often is often.")] = 5,
    since: Annotated[str, typer.Option("--since", help="From this day on: 2026-11-01.")] = "",
    html: Annotated[
        Path | None, typer.Option("--html", help="Write it as a page to this file.")
    ] = None,
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show what is unusual: who looked at themselves, a colleague, one person again and again.

    Also very many people or tables in a day, much taken away, refusals, broken glass, work out of
    hours, a clock set back, anchors overdue. Counts for a person to judge; none of them shows that
    anything was wrong. Exits 0 whatever it finds, for a nightly job.

    joinedup audit watch --since 2026-11-01 --html watch.html
    """
    from dataclasses import asdict  # noqa: PLC0415 - keeps `--help` quick

    from joinedup.office.records import watched, write_page  # noqa: PLC0415 - as above
    from joinedup.office.snooper import closer  # noqa: PLC0415 - as above
    from joinedup.result import text  # noqa: PLC0415 - as above

    limits = {"opens": opens, "shuts": shuts, "zone": zone, "tables": tables, "repeats": repeats}
    found = watched(office, home, {**limits, "people": people, "away": away}, since, who=who)
    if html is not None:
        write_page(found.result, html, since=since)
    if as_json:
        sights = [asdict(sight) | {"closer": closer(sight)} for sight in found.sights]
        answer({"sights": sights, "overdue": found.overdue, "since": since})
        return
    if html is None:
        print(text.render(found.result), end="")
    say("watch", f"{len(found.sights):,} to look at; a count is no accusation")
    if html is not None:
        say("page", html.name)
