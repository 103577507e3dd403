"""limits: what a partner's file may take, and what the process that parses it can still do."""

from typing import TYPE_CHECKING, Any

import typer

from joinedup.cli.common import JsonOption, OfficeOption, answer, say

if TYPE_CHECKING:
    from joinedup.office.limits import Shown

WIDTH = 16  # of the longest cap
VALUE = 18


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command()(limits)


def limits(office: OfficeOption = None, as_json: JsonOption = False) -> None:
    """Show the caps on a partner's file, and what the process that parses it can still do.

    An office changes a cap under [limits] in its office.toml. What the process can do is tried:
    a child is started and tries to reach, to write, to read and to fork. Reads no data.

    joinedup limits
    """
    from joinedup.office.limits import shown  # noqa: PLC0415 - keeps `--help` quick

    found = shown(office)
    if as_json:
        answer(_facts(found))
        return
    _show(found)


def _facts(found: "Shown") -> dict[str, Any]:
    from dataclasses import asdict  # noqa: PLC0415 - small, and needed only here

    return {
        "office": found.office,
        "limits": {cap.name: asdict(cap) for cap in found.caps},
        "child": {"cannot": dict(found.promises), "by": dict(found.layers)},
    }


def _show(found: "Shown") -> None:
    from joinedup.core.limits import told  # noqa: PLC0415 - as above

    say("caps", f"on one partner's file, {found.office or 'where an office says nothing else'}")
    for cap in found.caps:
        changed = (
            "" if cap.value == cap.default else f" ({told(cap.name, cap.default)} if not said)"
        )
        print(f"  {cap.name:<{WIDTH}}{told(cap.name, cap.value):<{VALUE}}{cap.what}{changed}")
    say("child", "what was tried by a process as it is for each file")
    for promise, held in found.promises.items():
        print(f"  {'holds' if held else 'does NOT hold':<{WIDTH}}{promise}")
    for layer, held in found.layers.items():
        print(f"  {'there' if held else 'not there':<{WIDTH}}{layer}")
    if not all(found.promises.values()):
        say("caution", "this machine lets a reader do more than it should; see SECURITY.md")
