"""layout, drift: how a partner's file is laid out, and whether it has changed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from joinedup.cli.common import HomeOption, JsonOption, OfficeOption, answer, opened, say
from joinedup.core.errors import ProjectError

if TYPE_CHECKING:
    from joinedup.office.layout import Drifted, Proposed
    from joinedup.sources.mapping.proposal import Proposal

REFUSED = 20


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command()(layout)
    app.command()(drift)


def layout(
    file: Annotated[Path, typer.Argument(help="A file as the partner sends it.")],
    dataset: Annotated[
        str, typer.Option("--dataset", help="What it should be, declared or new.")
    ] = "",
    partner: Annotated[str, typer.Option("--partner", help="Who sends a new dataset.")] = "",
    accept: Annotated[
        list[str] | None,
        typer.Option("--accept", help="FIELD=COLUMN settles one field; FIELD=- if it has none."),
    ] = None,
    dates: Annotated[str, typer.Option("--dates", help="How dates are written: %d/%m/%Y.")] = "",
    write: Annotated[
        bool, typer.Option("--write", help="Save it into the dataset's file.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before writing.")] = False,
    office: OfficeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Propose how a partner's file is laid out: which column is which field, and why.

    The file is looked at in memory. Nothing of its content is shown or kept. Shows what it would
    write; --write saves it, once nothing is unsure.

    joinedup layout council_tax.csv --dataset council_tax
    """
    from joinedup.office import layout as laid  # noqa: PLC0415 - keeps `--help` quick

    accepted = dict(_pair(one) for one in accept or ())
    made = laid.proposed(
        office, file, name=dataset, partner=partner, accepted=accepted, date_style=dates
    )
    if not as_json:
        _show(made)
    written = False
    if write:
        laid.check_settled(made.proposal)
        written = yes or as_json or typer.confirm(f"Write {made.place}?")
    if written:
        laid.write(made)
    if as_json:
        answer(_facts(made, written=written))
        return
    if write:
        say("written" if written else "left", made.place if written else "nothing was written")
    say("next", "joinedup check" if written else _next(made.proposal))


def _pair(said: str) -> tuple[str, str]:
    field, sign, column = said.partition("=")
    if not sign or not field or not column:
        raise ProjectError(
            "--accept takes a field and its column.",
            fix='write --accept "postcode=Post Code", or postcode=- if the file has none.',
            where="--accept",
        )
    return field.strip(), column.strip()


def _show(made: "Proposed") -> None:
    """The table of fields, what is unsure, and the text that would be written."""
    found = made.proposal
    rows = [("field", "column", "", "why")]
    rows += [
        (one.field, one.column or "(none)", "sure" if one.sure else "unsure", one.why)
        for one in found.matches
    ]
    widths = [max(len(row[place]) for row in rows) for place in range(3)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=False))
        print("  ".join((*cells, row[3])))
    print()
    if found.ignored:
        say("not taken", f"{', '.join(found.ignored)}: ignored, never read")
    for what in found.unsure:
        say("unsure", what)
    say("would write", made.place)
    print()
    print(made.shown.rstrip())
    print()


def _next(found: "Proposal") -> str:
    if found.sure:
        return "the same command with --write"
    one = next((one for one in found.matches if not one.sure), None)
    if one is None:
        return "settle what is unsure, then --write"
    return f'settle what is unsure: --accept "{one.field}={one.column or "-"}" …, then --write'


def _facts(made: "Proposed", *, written: bool) -> dict[str, Any]:
    return {
        "dataset": made.proposal.dataset.id,
        "place": made.place,
        "sure": made.proposal.sure,
        "matches": [
            {
                "field": one.field,
                "column": one.column,
                "confidence": one.confidence,
                "sure": one.sure,
                "why": one.why,
                "others": list(one.others),
            }
            for one in made.proposal.matches
        ],
        "ignored": list(made.proposal.ignored),
        "unsure": list(made.proposal.unsure),
        "toml": made.text,
        "written": written,
    }


def drift(
    dataset: Annotated[str, typer.Argument(help="The dataset the file is for.")],
    file: Annotated[Path, typer.Argument(help="The file as the partner sent it.")],
    office: OfficeOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what has changed in a partner's file since it was agreed, without taking it.

    Holds it against the saved layout and the last delivery. Exits 20 if a delivery would be
    refused for what changed.

    joinedup drift council_tax council_tax.csv
    """
    from joinedup.office.layout import drifted  # noqa: PLC0415 - as above

    found = drifted(opened(office, home), dataset, file)
    if as_json:
        answer(_drift_facts(found))
    else:
        _show_drift(found)
    if found.refuses:
        raise typer.Exit(REFUSED)


def _drift_facts(found: "Drifted") -> dict[str, Any]:
    return {
        "dataset": found.dataset,
        "held_against": found.held_against,
        "refuses": found.refuses,
        "problems": [{"what": problem.what, "fix": problem.fix} for problem in found.problems],
        "alerts": [
            {"kind": one.kind, "column": one.column, "message": one.message, "fix": one.fix}
            for one in found.alerts
        ],
    }


def _show_drift(found: "Drifted") -> None:
    for problem in found.problems:
        say("other file", problem.what, f"Fix: {problem.fix}")
    for alert in found.alerts:
        say(alert.kind, alert.message, f"Fix: {alert.fix}")
    if not found.alerts and not found.problems:
        against = f" and {found.held_against}" if found.held_against else ""
        say(found.dataset, f"nothing has changed: the file is as its layout{against}.")
    say(
        "next", f"joinedup layout FILE --dataset {found.dataset}" if found.refuses else "deliver it"
    )
