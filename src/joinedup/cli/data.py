"""deliver, fsck: files in, and whether what is kept is whole."""

from pathlib import Path
from typing import Annotated

import typer

from joinedup.cli.common import HomeOption, JsonOption, OfficeOption, WhoOption, answer, opened, say


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command()(deliver)
    app.command()(fsck)


def deliver(
    dataset: Annotated[str, typer.Argument(help="The dataset the file is for.")],
    file: Annotated[Path, typer.Argument(help="The file as the partner sent it.")],
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Take a partner's file: read, check, admit through the agreement, record.

    Only agreed fields are read. Nothing of a refused file is kept. The same file again does
    nothing.

    joinedup deliver police_burglaries burglaries.parquet
    """
    from joinedup.office.deliver import deliver as take  # noqa: PLC0415 - keeps `--help` quick

    done = take(opened(office, home, who), dataset, file)
    if as_json:
        answer(
            {
                "dataset": done.dataset,
                "file": done.file_name,
                "rows": done.rows,
                "fields": list(done.fields),
                "left": list(done.left),
                "already_delivered": done.again,
                "version": done.number,
            }
        )
        return
    if done.again:
        say(done.dataset, f"{done.file_name} was delivered before: nothing to do.")
        return
    say(done.dataset, f"{done.rows:,} rows admitted, {len(done.fields)} agreed fields")
    if done.left:
        say("not agreed", f"{', '.join(done.left)}: never read")
    say("next", "joinedup run")


def fsck(
    office: OfficeOption = None,
    home: HomeOption = None,
    sweep: Annotated[bool, typer.Option("--sweep", help="Remove parts nothing refers to.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Read every part of the lake and hold it against the records.

    Exits 60 if a part is missing or changed. Mends nothing; --sweep removes only what no
    version refers to.
    """
    from joinedup.core.errors import RecordsError  # noqa: PLC0415 - as above

    problems = opened(office, home).lake.fsck(sweep=sweep)
    if problems:
        raise RecordsError.of(problems)
    if as_json:
        answer({"ok": True, "problems": []})
        return
    say("fsck", "every part is there and as it was written")
