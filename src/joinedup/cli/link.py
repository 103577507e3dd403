"""link: at a partner's, who wants its records linked by a body that may not know who they are."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from joinedup.cli.common import JsonOption, answer, say
from joinedup.core.errors import ProjectError

group = typer.Typer(
    help="Have records linked by a third body that cannot read them: encode, decode, key.",
    no_args_is_help=True,
)


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.add_typer(group, name="link")


@group.command()
def encode(
    file: Annotated[Path, typer.Argument(help="Your file, CSV or Parquet; a row is a person.")],
    key: Annotated[Path, typer.Option("--key", help="The key file that the partners share.")],
    out: Annotated[Path, typer.Option("--out", help="The file to send: .parquet.")],
    fields: Annotated[
        str, typer.Option("--fields", help="What to encode, by comma; the same at every partner.")
    ] = "",
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", help="id=COLUMN or columns.ROLE=COLUMN, where the found is wrong."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Write a file as filters that a third body can link and nobody can read.

    For a partner, offline: needs a key file, and nothing else. The list of which name is which of
    your records is written beside, as .ids.csv: keep it, and send the other.

    joinedup link encode patients.csv --key homes.key --out patients.enc.parquet
    """
    from joinedup.office.encode import encode as go  # noqa: PLC0415 - keeps `--help` quick

    id_column, columns = _settings(settings or [])
    chosen = [one.strip() for one in fields.split(",") if one.strip()]
    done = go(file, key_file=key, out=out, fields=chosen, columns=columns, id_column=id_column)
    if as_json:
        answer(asdict(done))
        return
    say("written", f"{done.file_name}: {done.rows:,} records and {done.dummies:,} of nobody")
    say("fields", ", ".join(done.fields))
    say("found in", *(f"{role}: {column}" for role, column in done.columns.items()))
    say("kept", f"{done.kept}: which name is which record's; never send it, nor the key")
    say(
        "holds",
        "against one who has no key and no list of the same people by name. Who has such a list,",
        "and lays it over these filters, can tell some by their pattern.",
    )
    say("next", "send it to the linker, and have every partner encode the same fields")


@group.command()
def decode(
    pairs: Annotated[Path, typer.Argument(help="The pairs that link.encoded gave.")],
    ids: Annotated[
        list[str], typer.Option("--ids", help="TABLE=FILE: what was kept for a table; repeatable.")
    ],
    out: Annotated[Path, typer.Option("--out", help="The file to write: .csv or .parquet.")],
    as_json: JsonOption = False,
) -> None:
    """Write the pairs that came back with your own ids, and without those of nobody.

    A table whose list is not given keeps the names of its records.

    joinedup link decode pairs.parquet --ids a=a.enc.ids.csv --ids b=b.enc.ids.csv --out pairs.csv
    """
    from joinedup.office.encode import decode as go  # noqa: PLC0415 - as above

    kept = {}
    for one in ids:
        name, equals, path = one.partition("=")
        if not equals:
            raise ProjectError("--ids is TABLE=FILE.", fix="name the table too.", where="--ids")
        kept[name] = Path(path)
    found, gone = go(pairs, kept, out)
    if as_json:
        answer({"file": out.name, "pairs": found, "of_nobody": gone})
        return
    say("written", f"{out.name}: {found:,} pairs")
    say("left out", f"{gone:,} with a record of nobody")


@group.command()
def key(
    out: Annotated[Path, typer.Option("--out", help="The key file to write.")],
    as_json: JsonOption = False,
) -> None:
    """Make a key for one linkage, where no office gives one (see `joinedup key`).

    One partner makes it and hands it to the others by a way the data does not take; never to the
    linker. Only its owner can read the file.

    joinedup link key --out homes.key
    """
    from joinedup.office.encode import make_key  # noqa: PLC0415 - as above

    made = make_key(out)
    if as_json:
        answer({"key": made, "file": out.name})
        return
    say("key", f"{made} is in {out.name}; only its owner can read it")
    say("next", "hand it to the other partners, never to the linker")


def _settings(given: list[str]) -> tuple[str | None, dict[str, str]]:
    """The id column if one is named, and role to column."""
    id_column, columns = None, {}
    for one in given:
        name, equals, value = one.partition("=")
        if name == "id" and equals:
            id_column = value
        elif name.startswith("columns.") and equals:
            columns[name.removeprefix("columns.")] = value
        else:
            what = "--set is id=COLUMN or columns.ROLE=COLUMN."
            raise ProjectError(what, fix="write it so.", where="--set")
    return id_column, columns
