"""documents: what an information-governance officer must hold, written from facts."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
    from joinedup.office.documents import Listed, Made

group = typer.Typer(
    help="Documents made from facts: list them, make them, sign one.", no_args_is_help=True
)


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.add_typer(group, name="documents")


@group.command("list")
def list_(
    office: OfficeOption = None,
    home: HomeOption = None,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the documents a project needs, how they stand, and how many facts are missing.

    joinedup documents list --project unsafe-homes
    """
    from joinedup.office import documents  # noqa: PLC0415 - keeps `--help` quick

    place = opened(office, home)
    found = documents.overview(place, place.folder.project(project))
    if as_json:
        answer([_listed(one) for one in found])
        return
    for one in found:
        say(one.kind, one.title)
        if one.not_needed:
            say("", f"not needed: {one.not_needed}")
        for document in one.documents:
            wanting = len(document.missing)
            facts = "nothing missing" if not wanting else f"{wanting} facts missing"
            say("", f"{document.name}: {document.status}, {facts}")
    say("next", "joinedup documents make --out FOLDER")


def _listed(one: "Listed") -> dict[str, object]:
    return {
        "kind": one.kind,
        "title": one.title,
        "needed": not one.not_needed,
        "why_not": one.not_needed,
        "documents": [
            {
                "name": document.name,
                "title": document.title,
                "status": document.status,
                "standing": document.standing,
                "missing": len(document.missing),
                "digest": document.digest,
            }
            for document in one.documents
        ],
    }


@group.command()
def make(
    kinds: Annotated[
        list[str] | None, typer.Argument(help="Kinds, such as dpia; all that are needed if none.")
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="Folder to write to.")] = Path("documents"),
    formats: Annotated[
        str, typer.Option("--format", help="Of html, json, docx; with commas between.")
    ] = "html,json,docx",
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 10 if any fact is missing.")
    ] = False,
    office: OfficeOption = None,
    home: HomeOption = None,
    project: ProjectOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Make documents from what the folder declares and the records hold.

    A fact that nobody wrote down is named, with the file and key to write it in. Nothing is sent,
    and no row about a person is read.

    joinedup documents make --project unsafe-homes --out documents
    joinedup documents make dpia notice --project unsafe-homes --format html --strict
    """
    from joinedup.office import documents  # noqa: PLC0415 - as above

    place = opened(office, home, who)
    chosen = place.folder.project(project)
    wanted = [one.strip() for one in formats.split(",") if one.strip()]
    made = documents.make(place, chosen, kinds or [], out=out, formats=wanted)
    whole = not any(one.document.missing for one in made)
    if not as_json or whole or not strict:  # a program gets one answer: the list or the refusal
        _tell(made, as_json=as_json)
    if strict:
        documents.require_facts([one.document for one in made])


def _tell(made: "tuple[Made, ...]", *, as_json: bool) -> None:
    if as_json:
        answer(
            [
                {
                    "kind": one.document.kind,
                    "name": one.document.name,
                    "status": one.document.status,
                    "digest": one.document.digest,
                    "files": [str(file) for file in one.files],
                    "missing": [
                        {"what": lost.label, "file": lost.file, "key": lost.key}
                        for lost in one.document.missing
                    ],
                    "judge": list(one.document.judge),
                }
                for one in made
            ]
        )
        return
    for one in made:
        say(one.document.name, f"{one.document.title} ({one.document.status})")
        for lost in one.document.missing:
            say("", f"missing: {lost.label}: write {lost.key} in {lost.file}")
        for file in one.files:
            say("", str(file))
    count = sum(len(one.document.missing) for one in made)
    say("made", f"{len(made)} documents; {count or 'no'} facts are missing")


@group.command()
def sign(
    kind: Annotated[str, typer.Argument(help="The document, such as dpia.")],
    reason: Annotated[str, typer.Option("--reason", help="What you looked at; kept.")],
    office: OfficeOption = None,
    home: HomeOption = None,
    project: ProjectOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Sign a document on the facts it is made from. When one of them changes, it is open again.

    Who wrote the project or an assessment, or passed the gate, cannot sign.

    joinedup documents sign dpia --project unsafe-homes --as "A. Reader" --reason "read it all"
    """
    from joinedup.office import documents  # noqa: PLC0415 - as above

    place = opened(office, home, who)
    signed = documents.sign(place, place.folder.project(project), kind, reason=reason)
    if as_json:
        answer({"kind": kind, "by": place.who, "topics": dict(signed)})
        return
    say("signed", f"{kind} by {place.who}")
    say("rests on", ", ".join(signed))
