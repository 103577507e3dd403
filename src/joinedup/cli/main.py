"""`joinedup`: the front door. Each group of commands has a file of its own."""

import json
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

import typer

from joinedup import __version__
from joinedup.cli import (
    agree,
    audit,
    backup,
    bench,
    bootstrap,
    catalogue,
    data,
    demo,
    documents,
    folder,
    ideas,
    keys,
    layout,
    limits,
    link,
    policy,
    project,
    pseudonymise,
    quality,
    release,
    reserve,
    retain,
    review,
    subject,
    town,
    work,
)
from joinedup.core import trace
from joinedup.core.errors import JoinedupError

app = typer.Typer(
    name="joinedup",
    help="Join up, analyse and act on public bodies' data, lawfully and provably.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for group in (
    folder,
    ideas,
    data,
    layout,
    limits,
    quality,
    catalogue,
    work,
    release,
    bench,
    review,
    agree,
    project,
    documents,
    policy,
    pseudonymise,
    link,
    keys,
    reserve,
    backup,
    audit,
    subject,
    retain,
    bootstrap,
    town,
    demo,
):
    group.add_to(app)


def _version(asked: bool) -> None:
    if asked:
        print(f"joinedup {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(
        False, "--version", help="Show the version.", callback=_version, is_eager=True
    ),
) -> None:
    """Join up, analyse and act on public bodies' data, lawfully and provably."""


BROKEN = 1
"""The exit code of a fault of our own."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; a refusal is printed as words (or JSON) and gives its family's exit code."""
    asked = list(sys.argv[1:] if arguments is None else arguments)
    trace.begin()
    try:
        code = app(args=asked, standalone_mode=False)
    except JoinedupError as error:
        return _refuse(error, as_json="--json" in asked)
    except typer.Exit as leaving:
        return int(leaving.exit_code)
    except typer.Abort:
        return 130
    except Exception as error:  # noqa: BLE001 - what it says may hold a cell, whatever it is
        if hasattr(error, "show") and hasattr(error, "exit_code"):
            error.show()
            return int(error.exit_code)
        refusal, as_json = _trouble(error), "--json" in asked
        return _refuse(refusal, as_json=as_json) if refusal else _broken(error, as_json=as_json)
    return int(code or 0)


def _trouble(error: Exception) -> JoinedupError | None:
    """The refusal that an error of the database or the machine means, wherever it was met."""
    if isinstance(error, OSError):
        from joinedup.records.refused import refusal  # noqa: PLC0415 - only when something fails

        return refusal(error)
    if "django" not in sys.modules:
        return None
    from joinedup.records.trouble import of  # noqa: PLC0415 - only where a database was used

    return of(error)


def _broken(error: Exception, *, as_json: bool) -> int:
    """Tell of a fault of our own: where it was, and not what it says, which may hold a cell."""
    what = f"Joinedup broke off ({type(error).__name__}). That is a fault of ours."
    fix = "tell the makers of Joinedup the places below, never the data."
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{Path(one.filename).name}:{one.lineno} {one.name}" for one in frames]
    if as_json:
        facts = {"code": BROKEN, "error": type(error).__name__, "word": "broken", "message": what}
        print(json.dumps(facts | {"places": places, "trace_id": trace.current()}, indent=2))
    else:
        lines = "".join(f"\n    {place}" for place in places)
        print(f"{what}\n  Fix: {fix}{lines}\n  Trace: {trace.current()}", file=sys.stderr)
    return BROKEN


def _refuse(error: JoinedupError, *, as_json: bool) -> int:
    if as_json:
        print(json.dumps(error.as_json() | {"trace_id": trace.current()}, indent=2))
    else:
        print(f"{error}\n  Trace: {trace.current()}", file=sys.stderr)
    return error.code


def entry() -> None:
    """What the `joinedup` script calls."""
    sys.exit(main())


if __name__ == "__main__":
    entry()
