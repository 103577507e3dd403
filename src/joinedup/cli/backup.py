"""backup and restore: a copy of the home elsewhere, and a home from it."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from joinedup.cli.common import HomeOption, JsonOption, OfficeOption, WhoOption, answer, say

MEBIBYTE = 1 << 20


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(backup)
    app.command()(restore)


def backup(
    to: Annotated[Path, typer.Argument(help="Folder of the backups of this home.")],
    office: OfficeOption = None,
    home: HomeOption = None,
    keep: Annotated[int, typer.Option("--keep", min=1, help="Snapshots kept, the newest.")] = 7,
    within: Annotated[
        int, typer.Option("--within", min=1, help="Minutes, after which it is given up.")
    ] = 240,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Write one moment of the home, encrypted, to a folder elsewhere; others may work meanwhile.

    Records and lake; not the pages made for people (results, desk, documents, outbox), and no key.
    Parts that are there already are not written again. The last good backup stands until this one
    is whole.

    joinedup backup /mnt/backup
    """
    from joinedup.office.backup import backup as go  # noqa: PLC0415 - keeps `--help` quick

    made = go(office, home, to, who=who, keep=keep, within=within)
    if as_json:
        answer(asdict(made))
        return
    size = f"{made.bytes / MEBIBYTE:,.1f} MiB"
    say(
        "backup",
        f"snapshot {made.number}, {made.events:,} events, {made.parts:,} parts of the lake",
        f"{made.copied:,} parts new, {size} written, {made.dropped:,} files dropped",
    )
    for one in made.damaged:
        say("caution", f"an older snapshot is damaged: {one}")
    say("next", "keep a copy of the key folder apart from it; no backup opens without")


def restore(
    source: Annotated[Path, typer.Argument(help="Folder of backups.", metavar="FROM")],
    home: Annotated[Path, typer.Option("--home", help="The new home; nothing may be there.")],
    reason: Annotated[str, typer.Option("--reason", help="Why, for the ledger.")] = "",
    snapshot: Annotated[
        int | None, typer.Option("--snapshot", help="Its number; the newest if not said.")
    ] = None,
    keys: Annotated[
        Path | None,
        typer.Option("--keys", help="The key folder; $JOINEDUP_KEYS or HOME.keys if not said."),
    ] = None,
    only_check: Annotated[
        bool, typer.Option("--check", help="Read and believe the backup; restore nothing.")
    ] = False,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Make a new home from a backup; nothing is ever overwritten.

    Every file of the backup is read and believed before anything is made. What was erased or
    destroyed since the backup is left out. The ledger tells who restored it, and why.

    joinedup restore /mnt/backup --home /srv/new --keys /mnt/keys --reason "disk broke"
    joinedup restore /mnt/backup --home /srv/new --keys /mnt/keys --check
    """
    from joinedup.office import backup as office  # noqa: PLC0415 - as above

    if only_check:
        count = office.check(source, home, keys)
        if as_json:
            answer({"ok": True, "snapshots": count})
            return
        say("check", f"{count:,} snapshots, every file as it was written")
        return
    made = office.bring_back(source, home, keys=keys, number=snapshot, reason=reason, who=who)
    if as_json:
        answer(asdict(made))
        return
    if made.already:
        say("restored", "already, from this very snapshot; nothing was done")
        return
    say(
        "restored",
        f"snapshot {made.number} of {made.at}: {made.events:,} events, {made.parts:,} parts",
        f"{made.erased:,} parts and texts left out, for they were erased since",
    )
    say("next", "joinedup fsck, joinedup audit verify; make the reports' pages again")
