"""pseudonymise, key: what a partner runs before sending, and the key it needs."""

from dataclasses import asdict
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
    app.command()(pseudonymise)
    app.command()(key)


def pseudonymise(
    dataset: Annotated[str, typer.Option("--dataset", help="The dataset the file is of.")],
    key: Annotated[Path, typer.Option("--key", help="The project's key file, from the office.")],
    out: Annotated[Path, typer.Option("--out", help="The file to write: .csv or .parquet.")],
    file: Annotated[
        Path | None, typer.Argument(help="The file to be sent; none for a database.")
    ] = None,
    office: OfficeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a file again without identifiers and free text, before it is sent.

    For a partner, offline: needs the office folder and the key file, and nothing else. Identifiers
    become tokens that join under the same key; what no agreement covers is never read.

    joinedup pseudonymise patients.csv --dataset gp_patients --key homes.key --out send.parquet
    """
    from joinedup.office.folder import find, load  # noqa: PLC0415 - keeps `--help` quick
    from joinedup.office.pseudonymise import pseudonymise as go  # noqa: PLC0415 - as above

    done = go(load(find(office or Path())), dataset, file, key_file=key, out=out)
    if as_json:
        answer(asdict(done))
        return
    say("written", f"{done.file_name}: {done.rows:,} rows of {done.dataset}, key {done.key}")
    say("tokens", ", ".join(done.tokens) or "none: nothing of it can be joined")
    say("kept", ", ".join(done.kept) or "none")
    for field, why in done.left_out.items():
        say("left out", f"{field}: {why}")
    for field, cells in done.emptied.items():
        say("emptied", f"{field}: {cells:,} cells that it may not hold")
    if lost := sum(one.count for one in done.rejected):
        say("rejected", f"{lost:,} rows; `--json` says why and where")
    say("next", "send this file; never the key with it")


def key(
    out: Annotated[Path, typer.Option("--out", help="The key file to write.")],
    project: ProjectOption = None,
    again: Annotated[str, typer.Option("--id", help="Write this older key again.")] = "",
    rotate: Annotated[
        bool, typer.Option("--rotate", help="Make a new root key first; older ids are kept.")
    ] = False,
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Write a project's key for its partners, so that their tokens join.

    Only its owner can read the file. The ledger keeps who made it, and the key's id; never the key.
    After --rotate, tokens made from then on join none of those made before.

    joinedup key --project safer-homes --out homes.key
    joinedup key --project safer-homes --out older.key --id d08afab115fc8e67
    """
    from joinedup.office.pseudonymise import issue_key  # noqa: PLC0415 - as above

    made = issue_key(opened(office, home, who), project, out, again=again, rotate=rotate)
    if as_json:
        answer({"key": made, "file": out.name})
        return
    say("key", f"{made} is in {out.name}; only its owner can read it")
    say("next", "hand it to the partners by a way the data does not take")
