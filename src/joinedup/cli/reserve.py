"""keys status, shares and destroy: how keys are kept in reserve, recovered and destroyed."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from joinedup.cli.common import HomeOption, JsonOption, OfficeOption, WhoOption, answer, say
from joinedup.cli.keys import group

shares = typer.Typer(help="Shares of the keys, for several people to keep.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add these commands to the group `keys`, which `app` has already."""
    del app
    group.add_typer(shares, name="shares")
    group.command()(status)
    group.command()(destroy)


def status(
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Tell which keys there are, by name and id, and whether they can be recovered from shares."""
    from joinedup.office.reserve import status as go  # noqa: PLC0415 - keeps `--help` quick

    found = go(office, home, who=who)
    if as_json:
        answer(asdict(found) | {"is_shared": found.is_shared})
        return
    say("roots", f"{len(found.roots)}, in use {found.roots[-1]}")
    for name, ids in found.keys.items():
        say("key", f"{name}: {ids[-1]}, {len(ids) - 1} older")
    say("destroyed", f"{found.destroyed} keys; {found.erased} names must not come back")
    said = "of the root in use" if found.is_shared else "of an older root: make new ones"
    say("shares", said if found.shared else "none: joinedup keys shares make")


@shares.command()
def make(
    out: Annotated[Path, typer.Option("--out", help="A new folder, to be taken apart.")],
    of: Annotated[int, typer.Option("--of", help="Shares made.")] = 3,
    needed: Annotated[int, typer.Option("--needed", help="Shares that give the keys back.")] = 2,
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Write shares of the keys; so many together give them back, and one fewer tells nothing.

    Beside them: the root, sealed; the ring; the list of what was erased.

    joinedup keys shares make --of 3 --needed 2 --out FOLDER
    """
    from joinedup.office.reserve import share  # noqa: PLC0415 - as above

    made = share(office, home, out, needed=needed, of=of, who=who)
    if as_json:
        answer({"set": made, "of": of, "needed": needed})
        return
    say("shares", f"{of} in {out.name}, set {made}; any {needed} give the keys back")
    say("next", "give each share to another person; keys shares refresh after each new table")


@shares.command()
def refresh(
    reserve: Annotated[Path, typer.Argument(help="Folder that holds root.sealed and the ring.")],
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Renew the ring and the list of what was erased beside shares; the shares stay good.

    After each new table, and after a key was destroyed. Not after `keys rotate root`: make new
    shares then.

    joinedup keys shares refresh FOLDER
    """
    from joinedup.office.reserve import refresh as go  # noqa: PLC0415 - as above

    go(office, home, reserve, who=who)
    if as_json:
        answer({"ok": True})
        return
    say("refreshed", f"ring and list in {reserve.name}; destroy older copies of them")


@shares.command()
def combine(
    files: Annotated[list[Path], typer.Argument(help="Files of shares.")],
    reserve: Annotated[Path, typer.Option("--reserve", help="Folder with root.sealed and ring.")],
    home: Annotated[Path | None, typer.Option("--home", help="Whose keys were lost.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="A folder for the keys, where no home is left.")
    ] = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Put lost keys back. No key that is there is ever overwritten.

    joinedup keys shares combine share-1.json share-3.json --reserve FOLDER --home HOME
    """
    from joinedup.office.reserve import recover  # noqa: PLC0415 - as above

    found = recover(files, reserve, home=home, out=out, who=who)
    if as_json:
        answer(asdict(found))
        return
    say("recovered", f"the keys, from shares {', '.join(map(str, found.used))}")
    for number in found.forged:
        say("caution", f"share {number} is not as it was made: ask who held it")
    if not found.ring:
        say("caution", "no ring lay beside the shares: bring it back, or nothing opens")


def destroy(
    name: Annotated[str, typer.Argument(help="Name of the key, as `keys list` gives it.")],
    reason: Annotated[str, typer.Option("--reason", help="Why, for the ledger.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="A new file for the certificate.")
    ] = None,
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Destroy a key, and with it what it encrypts, in every backup too. It cannot be undone.

    One person asks; it is done when another gives the same command.

    joinedup keys destroy "table admitted.visits" --reason "the agreement ended"
    """
    from joinedup.office.reserve import destroy as go  # noqa: PLC0415 - as above
    from joinedup.records.keyfile import write_new  # noqa: PLC0415 - as above

    done = go(office, home, name, reason=reason, who=who)
    if out is not None and done.certificate:
        write_new(out, json.dumps(done.certificate, indent=2) + "\n")
    if as_json:
        answer({"name": done.name, "keys": list(done.keys), "certificate": done.certificate})
        return
    if not done.certificate:
        say("asked", f"{len(done.keys)} keys of {done.name}; nothing is destroyed yet")
        say("next", "a second person gives the same command")
        return
    say("destroyed", f"{done.certificate['keys_destroyed']} keys of {done.name}")
    say("certificate", out.name if out else json.dumps(done.certificate))
