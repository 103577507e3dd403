"""How far are we? A line a person can read, on the terminal only."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

Tell = Callable[[str, int, int], None]


@contextmanager
def progress(*, quiet: bool) -> Iterator[Tell]:
    """Gives a function to call with a step's name, how many are done, and how many there are."""
    if quiet:
        yield lambda _name, _done, _all: None
        return
    if not sys.stderr.isatty():
        yield _line
        return
    from rich.progress import (  # noqa: PLC0415 - slow; only where somebody watches
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
    )

    columns = (TextColumn("{task.description:<32}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), transient=True, console=_console()) as bar:
        task = bar.add_task("", total=None)
        yield lambda name, done, total: bar.update(
            task, description=name, completed=done, total=total
        )


def _line(name: str, done: int, total: int) -> None:
    print(f"[{done + 1}/{total}] {name}", file=sys.stderr, flush=True)


def _console() -> "Console":
    from rich.console import Console  # noqa: PLC0415 - as above

    return Console(file=sys.stderr)
