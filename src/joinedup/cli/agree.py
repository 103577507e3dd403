"""agree: who has signed which text, and who must still."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from joinedup.cli.common import HomeOption, JsonOption, OfficeOption, WhoOption, answer, opened, say

if TYPE_CHECKING:
    from joinedup.office.agree import AgreementState

group = typer.Typer(help="Agreements: show how one stands, sign one.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.add_typer(group, name="agree")


@group.command()
def show(
    agreement: Annotated[str, typer.Argument(help="The agreement.")],
    office: OfficeOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what an agreement allows, who has signed this text of it, and who must still."""
    from joinedup.office import agree  # noqa: PLC0415 - keeps `--help` quick

    _tell(agree.state(opened(office, home), agreement), as_json=as_json)


@group.command()
def sign(
    agreement: Annotated[str, typer.Argument(help="The agreement.")],
    party: Annotated[str, typer.Option("--party", help="The partner signed for.")],
    by: Annotated[str, typer.Option("--by", help="The person who signs, a signatory of it.")],
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Sign the text of an agreement as it is. Editing the file re-opens it."""
    from joinedup.office import agree  # noqa: PLC0415 - as above

    place = opened(office, home, who)
    _tell(agree.sign(place, agreement, party=party, signatory=by), as_json=as_json)


@group.command()
def move(
    agreement: Annotated[str, typer.Argument(help="The agreement.")],
    to: Annotated[str, typer.Option("--to", help="Where to: suspended, live, ended …")],
    reason: Annotated[str, typer.Option("--reason", help="Why; kept in the ledger.")],
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Send an agreement to review, suspend it, let it live again, end it, record destruction.

    While it is suspended or ended nothing is taken or read under it. Editing the file puts it back
    to draft; an ended one stays ended.

    joinedup agree move unsafe-homes --to suspended --reason "a wrong address list was sent"
    """
    from joinedup.office import agree  # noqa: PLC0415 - as above

    _tell(agree.move(opened(office, home, who), agreement, to=to, reason=reason), as_json=as_json)


@group.command()
def powers(
    words: Annotated[
        list[str] | None, typer.Argument(help="What the share is for, such as: fraud.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List the statutory powers that a share might rest on: who, what for, on what conditions.

    A starting point for a lawyer. Each party needs a power of its own, and a lawful basis is none.

    joinedup agree powers homelessness
    """
    from joinedup.office import agree  # noqa: PLC0415 - as above

    found = agree.powers(words or [])
    if as_json:
        answer([asdict(gateway) for gateway in found])
        return
    for gateway in found:
        say(gateway.id, gateway.citation)
        say("  what for", gateway.what_for)
        say("  who", *gateway.who)
        say("  if", *gateway.conditions)
        say("  checked", "against the act" if gateway.verified else "not against the act yet")
    if not found:
        say("none", "no entry has any of these words; joinedup agree powers lists all")


@group.command()
def draft(
    agreement: Annotated[str, typer.Argument(help="The agreement.")],
    out: Annotated[Path | None, typer.Option("--out", help="Folder to write the draft to.")] = None,
    formats: Annotated[
        str, typer.Option("--format", help="Of html, json, docx; with commas between.")
    ] = "html,json,docx",
    office: OfficeOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the agreement out from its facts, and name every element that is absent from it.

    The elements are those of the regulator's code on data sharing. Exits 30 while one is absent;
    the draft is written all the same, and names what is missing in its place.

    joinedup agree draft unsafe-homes --out drafts
    """
    from joinedup.office import documents  # noqa: PLC0415 - as above

    wanted = [one.strip() for one in formats.split(",") if one.strip()]
    made, files, problems = documents.draft(
        opened(office, home), agreement, out=out, formats=wanted
    )
    if not as_json:
        for file in files:
            say("written", str(file))
    documents.require_whole(problems)
    if as_json:
        answer({"agreement": agreement, "absent": [], "files": [str(file) for file in files]})
        return
    say(agreement, "every element is there")
    say("standing", made.standing)


def _conditions(citation: str) -> list[str]:
    """The conditions that the library of powers knows for a citation."""
    from joinedup.office import agree  # noqa: PLC0415 - as above

    return [f"if {condition}" for condition in agree.conditions(citation)]


def _tell(now: "AgreementState", *, as_json: bool) -> None:
    if as_json:
        answer(
            {
                "agreement": now.agreement.id,
                "digest": now.digest,
                "in_force": now.in_force,
                "stage": now.stage,
                "next": list(now.next),
                "reasons": list(now.reasons),
                "signed": now.signed,
                "waiting": list(now.waiting),
            }
        )
        return
    say(now.agreement.id, now.agreement.title)
    say("purpose", now.agreement.purpose_text)
    for dataset, fields in now.agreement.covers.items():
        say("covers", f"{dataset}: {', '.join(fields)}")
    for power in now.agreement.powers:
        say("power", f"{power.party}: {power.citation}", *_conditions(power.citation))
    say("text", f"sha256 {now.digest}")
    for party, person in now.signed.items():
        say("signed", f"{party} by {person}")
    for party in now.waiting:
        say("waiting", f"joinedup agree sign {now.agreement.id} --party {party} --by NAME")
    say("stage", f"{now.stage}; may be moved to {' or '.join(now.next) or 'nowhere'}")
    say("standing", "in force" if now.in_force else "; ".join(now.reasons))
