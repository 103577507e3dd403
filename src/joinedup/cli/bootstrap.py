"""bootstrap: all that a test needs before it can begin, from one file."""

from pathlib import Path
from typing import Annotated

import typer

from joinedup.cli.common import HomeOption, JsonOption, OfficeOption, WhoOption, answer, opened, say


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command()(bootstrap)


def bootstrap(
    file: Annotated[Path, typer.Argument(help="TOML: signatures, author, approver, policy, …")],
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    test_mode: Annotated[
        bool, typer.Option("--test-mode", help="In an office that is not an example.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Make people, roles, signatures and a policy in force, for a test. All of it or nothing.

    Only in a home where nothing has happened, of an example office or with --test-mode, and never
    where JOINEDUP_PRODUCTION is set. An empty file signs nothing and makes no policy.

    joinedup bootstrap test.toml --home new-home --test-mode
    """
    from joinedup.office import bootstrap as begin  # noqa: PLC0415 - keeps `--help` quick

    setup = begin.read(file)
    made = begin.bootstrap(opened(office, home, who), setup, test_mode=test_mode)
    if as_json:
        answer(made)
        return
    say("signed", f"{made['signed']} signatures")
    say("policy", f"policy {made['policy']} in force" if made["policy"] else "none")
    say("leases", f"{len(made['leases'])} given")
