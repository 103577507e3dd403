"""review: look at doubtful pairs of records, one by one, and say whether they are one."""

import re
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from joinedup.cli.common import (
    HomeOption,
    JsonOption,
    OfficeOption,
    ProjectOption,
    WhoOption,
    answer,
    say,
)

if TYPE_CHECKING:
    from joinedup.office.review.queue import Pair, Queue, Word

KEYS: dict[str, "Word"] = {
    "y": "yes", "yes": "yes", "n": "no", "no": "no", "?": "unsure", "unsure": "unsure",
}  # fmt: skip
QUIT, UNDO = {"q", "quit"}, {"u", "undo"}
ASK = "the same? y / n / ? / undo / quit: "
WIDEST, WORDS, BAR = 34, 43, 40
WEIGHT = re.compile(r"(.*) \(([+-][0-9]+\.[0-9])\)")


def add_to(app: typer.Typer) -> None:
    """Add this group's command."""
    app.command()(review)


def review(
    step: Annotated[str, typer.Argument(help="The step that linked; none with --tried.")] = "",
    tried: Annotated[
        Path | None, typer.Option("--tried", help="A folder that `joinedup try … --out` wrote.")
    ] = None,
    project: ProjectOption = None,
    reason: Annotated[
        str, typer.Option("--reason", help="Why you look, kept with each decision.")
    ] = "",
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Look at pairs of records and say whether they are one; each answer is kept at once.

    The pairs are a sample drawn to be informative, then the other doubtful ones: a few dozen tell
    how good the links are. With --json the next pair is given and nothing is asked.

    joinedup review --tried linked
    joinedup review who --reason "monthly check"
    """
    queue = _queue(step, tried, project, office, home, who)
    if as_json:
        answer(_facts(queue))
        return
    say("waiting", f"{queue.waiting:,} pairs; {queue.decided:,} decided before")
    decided = 0
    while (pair := queue.next()) is not None:
        _show(pair)
        said = _asked()
        if said in QUIT:
            break
        if said in UNDO:
            undone = queue.undo()
            decided -= undone
            say("undo", "the last is taken back" if undone else "nothing of yours stands")
        else:
            queue.decide(pair, KEYS[said], reason=reason)
            decided += 1
    say("decided", f"{max(decided, 0):,} now; {queue.waiting:,} wait")
    say("next", _next_step(tried))


def _queue(
    step: str,
    tried: Path | None,
    project: str | None,
    office: Path | None,
    home: Path | None,
    who: str,
) -> "Queue":
    from joinedup.office.house import acting  # noqa: PLC0415 - keeps `--help` quick

    if tried is not None:
        from joinedup.office.review import tried as bench  # noqa: PLC0415 - as above

        return bench.queue(tried, who=acting(who))
    from joinedup.cli.common import opened  # noqa: PLC0415 - as above
    from joinedup.office.review import kept  # noqa: PLC0415 - as above

    place = opened(office, home, who)
    return kept.queue(place, place.folder.project(project), step)


def _asked() -> str:
    """What was typed, asked again until it is one of the words; the end of input is quit."""
    while True:
        try:
            said = input(ASK).strip().lower()
        except EOFError:
            return "quit"
        if said in KEYS or said in UNDO or said in QUIT:
            return said
        say("", "y: the same; n: two; ?: cannot tell; undo: the last; quit: stop, all is kept")


def _show(pair: "Pair") -> None:
    row = pair.row
    print()
    _line("", f"{row['table_l']} {row['id_l']}", f"{row['table_r']} {row['id_r']}")
    for name, left in pair.left.items():
        right = pair.right.get(name, "")
        if left or right:
            _line(name.replace("_", " "), left, right, mark=bool(left and right and left != right))
    print(f"chance {pair.probability:.0%}, and why, in powers of two: + for one person, - for two")
    for line in waterfall(pair.because):
        print(line)


def waterfall(because: Sequence[str]) -> list[str]:
    r"""Each part with its weight, and a bar that begins where the last ended; `|` is at nought.

    >>> print(*waterfall(("any two records (-2.0)", "surname the same (+3.0)")), sep="\n")
    any two records                                -2.0  ---------------------------|
    surname the same                               +3.0  ++++++++++++++++++++++++++++++++++++++++
    together                                       +1.0                             +++++++++++++
    """
    parts = [WEIGHT.fullmatch(text) for text in because]
    said = [(part[1], float(part[2])) for part in parts if part]
    ends = list(accumulate(value for _, value in said))
    starts = [0.0, *ends[:-1], 0.0]
    rows = [*said, ("together", ends[-1])] if ends else []
    low, high = min(0.0, *ends, 0.0), max(0.0, *ends, 0.0)
    each = BAR / max(high - low, 1.0)
    made = [text for text, part in zip(because, parts, strict=True) if text and not part]
    for (name, value), start in zip(rows, starts, strict=False):
        cells = [" "] * (BAR + 1)
        cells[round((0.0 - low) * each)] = "|"
        first, last = sorted(round((at - low) * each) for at in (start, start + value))
        cells[first : max(last, first + 1)] = ("-" if value < 0 else "+") * max(last - first, 1)
        made.append(f"{name[:WORDS]:<{WORDS}}{value:>+8.1f}  {''.join(cells)}".rstrip())
    return made


def _line(name: str, left: str, right: str, *, mark: bool = False) -> None:
    from joinedup.result.words import printable  # noqa: PLC0415 - as above

    cells = (printable(text)[:WIDEST] for text in (left, right))
    one, other = cells
    print(f"{name:<14}{one:<{WIDEST}}  {'≠' if mark else ' '} {other}")


def _facts(queue: "Queue") -> dict[str, object]:
    pair = queue.next()
    shown = None
    if pair is not None:
        names = ("table_l", "id_l", "table_r", "id_r", "probability")
        shown = {name: pair.row[name] for name in names}
        shown |= {"left": dict(pair.left), "right": dict(pair.right), "because": pair.because}
    return {"waiting": queue.waiting, "decided": queue.decided, "pair": shown}


def _next_step(tried: Path | None) -> str:
    if tried is None:
        return "joinedup run"
    file = tried / "decided.csv"
    return f"the same `joinedup try`, with --table decided={file}"
