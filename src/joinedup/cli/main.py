"""`joinedup`: the front door. Each group of commands has a file of its own."""

import json
import sys
from collections.abc import Sequence

import typer

from joinedup import __version__
from joinedup.cli import (
    agree,
    audit,
    bench,
    bootstrap,
    catalogue,
    data,
    demo,
    documents,
    folder,
    ideas,
    layout,
    limits,
    policy,
    project,
    pseudonymise,
    quality,
    release,
    town,
    work,
)
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
    agree,
    project,
    documents,
    policy,
    pseudonymise,
    audit,
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


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; a refusal is printed as words (or JSON) and gives its family's exit code."""
    asked = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = app(args=asked, standalone_mode=False)
    except JoinedupError as error:
        return _refuse(error, as_json="--json" in asked)
    except typer.Exit as leaving:
        return int(leaving.exit_code)
    except typer.Abort:
        return 130
    except Exception as error:
        if hasattr(error, "show") and hasattr(error, "exit_code"):
            error.show()
            return int(error.exit_code)
        raise
    return int(code or 0)


def _refuse(error: JoinedupError, *, as_json: bool) -> int:
    if as_json:
        print(json.dumps(error.as_json(), indent=2))
    else:
        print(str(error), file=sys.stderr)
    return error.code


def entry() -> None:
    """What the `joinedup` script calls."""
    sys.exit(main())


if __name__ == "__main__":
    entry()
