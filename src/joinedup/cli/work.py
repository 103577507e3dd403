"""plan, run, show: from what was delivered to what was found."""

from pathlib import Path
from typing import Annotated

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


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command()(plan)
    app.command()(run)
    app.command()(show)


def plan(
    office: OfficeOption = None, project: ProjectOption = None, as_json: JsonOption = False
) -> None:
    """Show what would run, in which order, and the columns each step would read.

    The twin of `run`: reads the folder only, touches no data.
    """
    from joinedup.office.folder import find, load  # noqa: PLC0415 - keeps `--help` quick
    from joinedup.office.plan import plan as make  # noqa: PLC0415 - as above

    folder = load(find(office or Path()))
    nodes = make(folder, folder.project(project))
    if as_json:
        answer(
            [
                {
                    "name": node.name,
                    "reads": {table: list(columns) for table, columns in node.reads.items()},
                    "writes": dict(node.writes),
                }
                for node in nodes
            ]
        )
        return
    for node in nodes:
        say(node.name, f"writes {', '.join(node.writes.values())}")
        for table, columns in node.reads.items():
            say("", f"reads {table}: {', '.join(columns) or 'its rows only'}")


def run(
    steps: Annotated[list[str] | None, typer.Argument(help="Steps; all if none.")] = None,
    office: OfficeOption = None,
    home: HomeOption = None,
    project: ProjectOption = None,
    who: WhoOption = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan only.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Run the steps whose inputs or settings have changed, then tell them together.

    Reads only columns that an agreement in force allows for the step's purpose. Writes to the
    home; nothing leaves it (see `joinedup release`).

    joinedup run                 all steps
    joinedup run rank-place      this step and what it needs
    joinedup run --dry-run       show what would run, and the columns it would read
    """
    if dry_run:
        plan(office, project, as_json)
        return
    from joinedup.cli.progress import progress  # noqa: PLC0415 - as above
    from joinedup.office.report import run_all  # noqa: PLC0415 - as above

    place = opened(office, home, who)
    chosen = place.folder.project(project)
    with progress(quiet=as_json) as tell:
        done = list(run_all(place, chosen, steps or [], tell))
    if as_json:
        answer(
            [
                {"step": one.name, "ran": one.ran, "headline": one.headline, "tables": one.tables}
                for one in done
            ]
        )
        return
    for one in done:
        say(one.name, one.headline if one.ran or one.late else "unchanged")
    say("saved", "results, not for release")
    say("next", "joinedup show report --html   or   joinedup release report")


def show(
    step: Annotated[str, typer.Argument(help="A step, or `report` for all together.")] = "report",
    office: OfficeOption = None,
    home: HomeOption = None,
    project: ProjectOption = None,
    who: WhoOption = "",
    html: Annotated[bool, typer.Option("--html", help="Write a page and say where.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show a step's latest result, or the project's report. Not for release.

    Where a policy is in force, shows what the acting person may see: the whole, or that services
    are involved and what tells of groups alone.
    """
    from joinedup.office.shown import page, result_of  # noqa: PLC0415 - as above
    from joinedup.result import json as result_json  # noqa: PLC0415 - as above
    from joinedup.result import text  # noqa: PLC0415 - as above

    place = opened(office, home, who)
    chosen = place.folder.project(project)
    if html:
        say("page", str(page(place, chosen, step)))
        return
    result = result_of(place, chosen, step)
    print(result_json.render(result) if as_json else text.render(result))
