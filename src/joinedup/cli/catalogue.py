"""catalogue: what the office promises, for other catalogues to read."""

from pathlib import Path
from typing import Annotated

import typer

from joinedup.cli.common import JsonOption, OfficeOption, answer, say


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command()(catalogue)


def catalogue(
    dcat: Annotated[
        Path | None, typer.Option("--dcat", help="File for the catalogue: DCAT 3, JSON-LD.")
    ] = None,
    odcs: Annotated[
        Path | None,
        typer.Option("--odcs", help="Folder for a contract per dataset: ODCS v3.1, YAML."),
    ] = None,
    base: Annotated[
        str, typer.Option("--base", help="IRI the names begin with; a urn if not said.")
    ] = "",
    office: OfficeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Describe the datasets in the words of open standards, from the office folder alone.

    Writes descriptions of datasets and their fields; no row, no count, no name of a person.

    joinedup catalogue --dcat catalogue.jsonld --odcs contracts
    """
    from joinedup.core.errors import ProjectError  # noqa: PLC0415 - keeps `--help` quick
    from joinedup.office.exports import write_dcat, write_odcs  # noqa: PLC0415 - as above
    from joinedup.office.folder import find, load  # noqa: PLC0415 - as above

    if dcat is None and odcs is None:
        raise ProjectError(
            "nothing was asked for.", fix="name --dcat FILE, --odcs FOLDER, or both."
        )
    folder = load(find(office or Path()))
    datasets = write_dcat(folder, dcat, base) if dcat else None
    files = write_odcs(folder, odcs) if odcs else []
    if as_json:
        answer({"dcat": dcat and str(dcat), "odcs": [str(file) for file in files]})
        return
    if dcat:
        say("dcat", f"{datasets} datasets in {dcat}")
    if odcs:
        say("odcs", f"{len(files)} contracts in {odcs}")
