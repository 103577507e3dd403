"""keys: which keys a home has, and their rotation."""

from typing import Annotated

import typer

from joinedup.cli.common import (
    HomeOption,
    JsonOption,
    OfficeOption,
    WhoOption,
    answer,
    opened_to,
    say,
)

group = typer.Typer(help="The keys of a home: list them, rotate them.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.add_typer(group, name="keys")


@group.command("list")
def list_(
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """The names of the keys on the ring; never a key.

    joinedup keys list
    """
    from joinedup.office.keys import listed  # noqa: PLC0415 - keeps `--help` quick

    names = listed(opened_to("keep", "keys", office, home, who))
    if as_json:
        answer({"keys": list(names)})
        return
    say("keys", *(names or ("none yet: they are made with the first thing that needs one",)))


@group.command()
def rotate(
    names: Annotated[
        list[str], typer.Argument(help="Names as `keys list` gives them; or all; or root.")
    ],
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Make new keys for what is written from now on; what is written already stays readable.

    The ledger tells of it before it is done. After `root`, tokens made from then on join none of
    those made before: deliver again what they must join.

    Where a policy is in force one person asks; it is done when another gives the same command.

    joinedup keys rotate "table admitted.visits"
    joinedup keys rotate all
    """
    from joinedup.office.keys import rotate as go  # noqa: PLC0415 - as above

    done = go(opened_to("keep", "keys", office, home, who), names)
    if as_json:
        answer({"rotated": [{"name": one.name, "key": one.key} for one in done]})
        return
    if not done:
        say("asked", "nothing is rotated yet")
        say("next", "a second person gives the same command, with --as")
        return
    say("rotated", *(f"{one.name}: {one.key}" for one in done))
    say("next", "keep a copy of the key folder apart from the home and its backups")
