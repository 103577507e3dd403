"""town: an invented town, written as ten partners would send it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from joinedup.cli.common import JsonOption, answer, say
from joinedup.cli.progress import progress

if TYPE_CHECKING:
    from joinedup.town.make import Made

group = typer.Typer(help="The invented town: make one.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.add_typer(group, name="town")


@group.callback()
def _town() -> None:
    """The invented town: make one."""


@group.command()
def make(
    out: Annotated[Path, typer.Option("--out", help="An empty folder, or one to be made.")],
    people: Annotated[int, typer.Option("--people", help="People living there, about.")] = 20_000,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same bytes.")] = 1,
    months: Annotated[int, typer.Option("--months", help="Months of deliveries, 1 to 3.")] = 3,
    key_file: Annotated[
        Path | None,
        typer.Option(
            "--pseudonymise-health",
            help="File with the key under which the health bodies send tokens, not names.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Make a town: what ten partners deliver in three months, and apart from it what is true.

    joinedup town make --people 20000 --seed 1 --out ../town
    """
    from joinedup.office import town  # noqa: PLC0415 - keeps `--help` quick

    with progress(quiet=as_json) as tell:
        made = town.make(people, seed, out, months=months, key_file=key_file, tell=tell)
    if as_json:
        answer(_facts(made))
        return
    rows = sum(sum(counts) for counts in made.rows.values())
    say("made", f"{made.people:,} people in {made.homes:,} homes, here for some or all of the time")
    say("files", f"{len(made.rows)} datasets, {', '.join(made.months)}; {rows:,} rows in all")
    say("deliveries", str(made.folder / "deliveries"))
    say("truth", f"{made.folder / 'truth'}: for marking answers; no delivery holds any of it")


def _facts(made: "Made") -> dict[str, Any]:
    return {
        "folder": str(made.folder),
        "people": made.people,
        "homes": made.homes,
        "months": list(made.months),
        "rows": {name: list(counts) for name, counts in made.rows.items()},
    }
