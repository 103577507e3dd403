"""deliver, sweep, fsck: files in, and whether what is kept is whole."""

from pathlib import Path
from typing import Annotated

import typer

from joinedup.cli.arrived import as_facts, show, show_swept, swept_facts
from joinedup.cli.common import HomeOption, JsonOption, OfficeOption, WhoOption, answer, opened, say

DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Show only; write nothing.")]


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command()(deliver)
    app.command()(sweep)
    app.command()(fsck)


def deliver(
    dataset: Annotated[str, typer.Argument(help="The dataset the file is for.")],
    file: Annotated[
        Path | None,
        typer.Argument(help="The file as the partner sent it; none for a database."),
    ] = None,
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    corrects: Annotated[
        bool, typer.Option("--corrects", help="It puts right the file before it.")
    ] = False,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> None:
    """Take a partner's file: read, check, admit through the agreement, record.

    Only agreed fields are read. Nothing of a refused file is kept. The same file again does
    nothing; a new one supersedes the one before, and what it changes is shown.

    joinedup deliver police_burglaries burglaries.parquet
    joinedup deliver police_burglaries burglaries.parquet --dry-run
    """
    from joinedup.sources.child.ask import make_ready  # noqa: PLC0415 - keeps `--help` quick

    make_ready()  # it loads its libraries while we load ours
    from joinedup.office.deliver import deliver as take  # noqa: PLC0415 - as above
    from joinedup.office.deliver import would_deliver  # noqa: PLC0415 - as above

    place = opened(office, home, who)
    done = (would_deliver if dry_run else take)(place, dataset, file, corrects=corrects)
    if as_json:
        answer(as_facts(done))
        return
    show(done, dry_run=dry_run)
    say("next", f"joinedup deliver {dataset} FILE" if dry_run else "joinedup run")


def sweep(
    folder: Annotated[Path, typer.Argument(help="Where the partners' files arrive.")],
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> None:
    """Deliver every file of a folder that fits a dataset's layout, in the order of their names.

    Folders in it, such as one for each month, are taken in order. A file that fits no dataset or
    several, or is still being written, is left and listed. A refused file does not stop the others;
    the exit code is that of the first refusal. Moves and deletes nothing; a second sweep does
    nothing.

    joinedup sweep deliveries/ --dry-run
    """
    from joinedup.office.sweep import sweep as go  # noqa: PLC0415 - as above

    done = go(opened(office, home, who), folder, dry_run=dry_run)
    if as_json:
        answer(swept_facts(done))
    else:
        show_swept(done, dry_run=dry_run)
    if done.refused:
        raise typer.Exit(done.refused[0].error.code)


def fsck(
    office: OfficeOption = None,
    home: HomeOption = None,
    sweep: Annotated[
        bool, typer.Option("--sweep", help="Remove what broken-off writings left.")
    ] = False,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Read the whole home and hold it against the records: lake, keys, ledger, outbox.

    Exits 60 if anything is missing, changed, or left over; each is named. Mends nothing; --sweep
    removes only what no version refers to: the leftovers of writings that broke off.

    joinedup fsck
    joinedup fsck --sweep
    """
    from joinedup.core.errors import RecordsError  # noqa: PLC0415 - as above
    from joinedup.office.fsck import fsck as look  # noqa: PLC0415 - as above

    problems = look(opened(office, home, who), sweep=sweep)
    if as_json:
        told = RecordsError.of(problems).as_json() if problems else {"code": 0, "problems": []}
        answer({"ok": not problems, **told})
        raise typer.Exit(RecordsError.code if problems else 0)
    if problems:
        raise RecordsError.of(problems)
    say("fsck", "everything in the home is there and as it was written")
