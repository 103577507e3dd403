"""policy propose, approve, lease, break-glass …: who changes what rules, never one person alone."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from joinedup.cli.common import HomeOption, JsonOption, OfficeOption, WhoOption, answer, opened, say

if TYPE_CHECKING:
    from joinedup.office.duties import Held
    from joinedup.office.glass import Glass

ReasonOption = Annotated[str, typer.Option("--reason", help="Why; kept in the ledger.")]
NumberArgument = Annotated[
    int | None, typer.Argument(help="The proposal's number; the one meant if there is one only.")
]


def add_to(group: typer.Typer) -> None:
    """Add these commands to the group `policy`."""
    for command in (propose, approve, withdraw, show, lease, revoke, leases, review):
        group.command()(command)
    group.command("break-glass")(break_glass)


def propose(
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Record policy.toml as it stands, so that somebody else can approve it. Changes no right.

    joinedup policy propose --as "I. Gofficer"
    """
    from joinedup.office import duties  # noqa: PLC0415 - keeps `--help` quick

    made = duties.propose(opened(office, home, who))
    if as_json:
        answer({"proposal": made.number, "digest": made.digest, "by": made.by})
        return
    say("proposed", f"policy {made.number}, sha256 {made.digest}")
    say("next", f"joinedup policy approve {made.number} --as SOMEBODY-ELSE --reason …")


def approve(
    proposal: NumberArgument = None,
    reason: Annotated[str, typer.Option("--reason", help="What was checked; kept.")] = "",
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Let a proposed policy come into force, whole and as proposed. Its author cannot.

    joinedup policy approve --as "C. Hair" --reason "read it against the agreements"
    """
    from joinedup.office import duties  # noqa: PLC0415 - as above

    now = duties.approve(opened(office, home, who), proposal, reason=reason)
    if as_json:
        answer({"proposal": now.number, "digest": now.text_digest, "in_force": True})
        return
    say("in force", f"policy {now.number}, sha256 {now.text_digest}", f"since {now.since}")


def withdraw(
    proposal: NumberArgument = None,
    reason: ReasonOption = "",
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Take a proposal back; without a number, end the policy in force.

    Once the policy in force is withdrawn nobody may do anything until another is approved.
    """
    from joinedup.office import duties  # noqa: PLC0415 - as above

    number = duties.withdraw(opened(office, home, who), proposal, reason=reason)
    if as_json:
        answer({"withdrawn": number})
        return
    say("withdrawn", f"policy {number}")


def show(office: OfficeOption = None, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Show which policy is in force, since when, who proposed and approved it, and what waits."""
    from joinedup.office.duties import state  # noqa: PLC0415 - as above

    now = state(opened(office, home))
    if as_json:
        answer(now)
        return
    say("policy", now["words"])
    if now["draft"]:
        say("draft", now["draft"])
    for one in now["waiting"]:
        say("waiting", f"policy {one['proposal']} by {one['by']}, sha256 {one['digest']}")


def lease(
    person: Annotated[str, typer.Argument(help="Who is given it, by the name they act under.")],
    role: Annotated[str, typer.Argument(help="The role, as the policy in force has it.")],
    hours: Annotated[float, typer.Option("--hours", help="For how long, from now.")],
    reason: ReasonOption = "",
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Give a role to somebody else for some hours. It ends by itself.

    joinedup policy lease ana analyst --hours 48 --reason "stands in for Ben" --as cy
    """
    from joinedup.office import duties  # noqa: PLC0415 - as above

    _tell_held(
        duties.give(opened(office, home, who), person, role, hours=hours, reason=reason),
        "given",
        as_json=as_json,
    )


def revoke(
    name: Annotated[str, typer.Argument(help="The lease, as `policy leases` calls it.")],
    reason: ReasonOption = "",
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Take a lease back, at once: what runs under it is stopped, and keeps nothing."""
    from joinedup.office import duties  # noqa: PLC0415 - as above

    _tell_held(
        duties.revoke(opened(office, home, who), name, reason=reason), "revoked", as_json=as_json
    )


def leases(
    office: OfficeOption = None, home: HomeOption = None, as_json: JsonOption = False
) -> None:
    """List who holds which role until when, those that run first."""
    from joinedup.office import duties  # noqa: PLC0415 - as above

    opened(office, home)
    found = duties.held()
    if as_json:
        answer([_held_facts(one) for one in found])
        return
    for one in found:
        ends = one.lease.ends.isoformat()
        runs = (
            f"until {ends}" if one.runs else f"not now ({one.lease.starts.isoformat()} to {ends})"
        )
        say(one.name, f"{one.lease.person}: {one.lease.role}, {runs}, given by {one.lease.by}")


def break_glass(
    reason: Annotated[str, typer.Option("--reason", help="Why it cannot wait.")] = "",
    minutes: Annotated[int, typer.Option("--minutes", help="Until it closes by itself.")] = 15,
    renews: Annotated[
        int | None, typer.Option("--renews", help="The glass it goes on from, not reviewed yet.")
    ] = None,
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Open what is kept for emergencies to yourself, for an hour at most. An alert, and reviewed.

    joinedup policy break-glass --reason "fire at the address, resident on oxygen" --minutes 15
    """
    from joinedup.office import glass  # noqa: PLC0415 - as above

    made = glass.break_glass(
        opened(office, home, who), reason=reason, minutes=minutes, renews=renews
    )
    if as_json:
        answer(_glass_facts(made))
        return
    say("glass", f"{made.number} broken until {made.expires.isoformat()}")
    say("", "everything done behind it is told with its reason, and somebody else reviews it")


def review(
    glass_number: Annotated[
        int | None, typer.Argument(metavar="GLASS", help="Its number; all are listed without.")
    ] = None,
    finding: Annotated[str, typer.Option("--finding", help="What you found; kept.")] = "",
    unreviewed: Annotated[
        bool, typer.Option("--unreviewed", help="Only those that nobody has reviewed.")
    ] = False,
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """List broken glass with everything done behind it; with a number, keep what you found.

    joinedup policy review 41 --finding "the fire is in the log; three homes read, all near it"
    """
    from joinedup.office import glass  # noqa: PLC0415 - as above

    place = opened(office, home, who)
    if glass_number is not None:
        found = [glass.review(place, glass_number, finding=finding)]
    else:
        found = list(glass.glasses(place, unreviewed=unreviewed))
    if as_json:
        answer([_glass_facts(one) for one in found])
        return
    for one in found:
        _say_glass(one)
    say("review", f"{sum(not one.finding for one in found)} of {len(found)} not reviewed")


def _say_glass(one: "Glass") -> None:
    renews = f", renews {one.renews} unreviewed" if one.renews else ""
    say(f"glass {one.number}", f"{one.who}, {_span(one.opened, one.expires)}{renews}")
    say("  why", one.reason)
    for event in one.done:
        say("  did", f"{event.seq}  {event.at}  {event.kind}  {event.subject}")
    say("  found", f"{one.finding} ({one.reviewer})" if one.finding else "not reviewed")


def _span(starts: datetime, ends: datetime) -> str:
    return f"{starts.isoformat()} to {ends.isoformat()}"


def _glass_facts(one: "Glass") -> dict[str, Any]:
    return {
        "glass": one.number,
        "who": one.who,
        "reason": one.reason,
        "opened": one.opened.isoformat(),
        "expires": one.expires.isoformat(),
        "renews": one.renews or None,
        "finding": one.finding or None,
        "reviewer": one.reviewer or None,
        "done": [
            {"seq": event.seq, "at": event.at, "kind": event.kind, "subject": event.subject}
            for event in one.done
        ],
    }


def _held_facts(one: "Held") -> dict[str, Any]:
    return {
        "lease": one.name,
        "person": one.lease.person,
        "role": one.lease.role,
        "by": one.lease.by,
        "starts": one.lease.starts.isoformat(),
        "ends": one.lease.ends.isoformat(),
        "runs": one.runs,
    }


def _tell_held(one: "Held", verb: str, *, as_json: bool) -> None:
    if as_json:
        answer({**_held_facts(one), "done": verb})
        return
    until = f"until {one.lease.ends.isoformat()}" if one.runs else "it ended now"
    say(verb, f"{one.name}: {one.lease.person} as {one.lease.role}, {until}")
