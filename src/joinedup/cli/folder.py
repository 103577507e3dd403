"""new, check, status: the office folder and how things stand."""

from pathlib import Path
from typing import Annotated

import typer

from joinedup.cli.common import HomeOption, JsonOption, OfficeOption, answer, opened, say


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command()(new)
    app.command()(check)
    app.command()(status)


def new(
    folder: Annotated[Path, typer.Argument(help="Folder to make; must not exist or be empty.")],
    name: Annotated[str, typer.Option("--name", help="The office's name.")] = "Our office",
    as_json: JsonOption = False,
) -> None:
    """Make an office folder with one of everything to fill in.

    Writes files only; signs nothing and reads no data.
    """
    from joinedup.office.begin import begin  # noqa: PLC0415 - keeps `--help` quick

    files = begin(folder, name)
    if as_json:
        answer({"folder": str(folder), "files": files})
        return
    say("made", f"{len(files)} files in {folder}")
    say("next", f"fill them in, then joinedup check --office {folder}")


def check(office: OfficeOption = None, as_json: JsonOption = False) -> None:
    """Report every mistake in the office folder at once, each with file, line and fix.

    Reads the folder only; needs no home and no data.
    """
    from joinedup.office.checked import checked  # noqa: PLC0415 - as above
    from joinedup.office.folder import find, load  # noqa: PLC0415 - as above

    folder = load(find(office or Path()))
    nodes = checked(folder)
    counts = {
        "partners": len(folder.partners),
        "datasets": len(folder.datasets),
        "agreements": len(folder.agreements),
        "projects": len(folder.projects),
        "steps": sum(len(found) for found in nodes.values()),
    }
    if as_json:
        answer({"office": folder.card.name, "problems": [], **counts})
        return
    say("check", f"{folder.card.name}: no mistakes.")
    words = (f"{n} {word if n != 1 else word.removesuffix('s')}" for word, n in counts.items())
    say("", ", ".join(words))
    say("next", "joinedup status   or   joinedup plan")


def status(
    office: OfficeOption = None, home: HomeOption = None, as_json: JsonOption = False
) -> None:
    """Show what is agreed, delivered, run and released, and what waits."""
    from joinedup.office.standing import overview  # noqa: PLC0415 - as above

    seen = overview(opened(office, home))
    if as_json:
        answer(seen)
        return
    for agreement in seen["agreements"]:
        words = "in force" if agreement["in_force"] else "; ".join(agreement["reasons"])
        say("agreement", f"{agreement['id']}: {words}")
    for dataset in seen["datasets"]:
        say("dataset", f"{dataset['id']}: {dataset['words']}")
    for step in seen["steps"]:
        say("step", f"{step['project']}/{step['id']}: {step['headline']}")
    say("released", f"{seen['released']} in the outbox")
    say("next", seen["next"])
