"""How good are links with nothing to set, beside what a person would use, and what do they take?

Each row is one command, `joinedup try link.…`, with its own line and the same defaults. Peers are
run in the same hour on the same files (`peers`). Seconds of cores are told beside those of the
clock, for they depend least on neighbours.
"""

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks import Row
from benchmarks.linkage.given import Aim, Given, given
from benchmarks.linkage.peers import Peer, ran
from benchmarks.linkage.scored import PAIRS, Score, scores
from benchmarks.processes import Used, used

NO_LIMIT = float("inf")


def linkage() -> Iterator[Row]:
    """One row for each data set."""
    for one in given():
        with tempfile.TemporaryDirectory() as folder:
            yield measured(one, Path(folder))


def measured(one: Given, folder: Path) -> Row:
    """One data set, by us and by each peer."""
    tables, truth = one.written(folder)
    out = folder / "ours"
    spent = ours(one.method, tables, out)
    found = scores(out, one.truth)
    files = [*tables.values(), truth]
    beside = [_peer(peer, what, one, folder, files) for peer, what in one.peers]
    return Row(
        f"link {one.name}",
        one.size,
        f"{_words(found)}, {took(spent)}",
        "; ".join(beside),
        _note(one, found, stated(out), spent),
    )


def ours(method: str, tables: Mapping[str, Path], out: Path) -> Used:
    """Run `joinedup try` on files, in a process of its own, without any setting."""
    arguments = ["-m", "joinedup", "try", method, "--out", str(out)]
    for name, path in tables.items():
        arguments += ["--table", f"{name}={path}"]
    return used(arguments)


def stated(out: Path) -> list[float]:
    """What a result tells first of its own links: for records precision and recall."""
    told = json.loads((out / "result.json").read_text(encoding="utf-8"))
    return [one["value"] for one in told["estimates"][:2]]


def took(what: Used) -> str:
    """Seconds of cores, of the clock, and memory."""
    return f"{what.cpu:.1f} s of cores ({what.seconds:.0f} s), {what.gigabytes:.1f} GB"


def _peer(peer: Peer, what: str, one: Given, folder: Path, files: Sequence[Path]) -> str:
    out = folder / peer.name
    spent = ran(peer, what, out, files)
    if isinstance(spent, str):
        return f"{peer.told}: {spent}"
    return f"{peer.told}: {_words(scores(out, one.truth))}, {took(spent)}"


def _words(found: Mapping[str, Score]) -> str:
    return "F1 of " + ", of ".join(f"{what} {score.f1:.4f}" for what, score in found.items())


def _note(one: Given, found: Mapping[str, Score], told: Sequence[float], spent: Used) -> str:
    """What was the aim, what was missed of it, and how far what is stated is from what is true."""
    true = (found[PAIRS].precision, found[PAIRS].recall)
    off = max(abs(said - is_) for said, is_ in zip(told, true, strict=True))
    wanted = against(one.aim, one.what, found[one.what].f1, spent, off)
    precision, recall = (f"{a:.3f} ({b:.3f})" for a, b in zip(told, true, strict=True))
    return f"{wanted}; stated of pairs (true): precision {precision}, recall {recall}"


def against(aim: Aim, what: str, f1: float, spent: Used, off: float) -> str:
    """The aim, and what of it was missed.

    Args:
        aim: what should be reached.
        what: `pairs` or `entities`.
        f1: that was reached.
        spent: what it took.
        off: how far the stated precision or recall is from the true one.
    """
    parts = (
        (f"F1 of {what} {aim.f1}", f1 >= aim.f1, True),
        (f"{aim.cpu:.0f} s of cores", spent.cpu <= aim.cpu, aim.cpu < NO_LIMIT),
        (f"{aim.gigabytes:.0f} GB", spent.gigabytes <= aim.gigabytes, aim.gigabytes < NO_LIMIT),
        (f"stated within {aim.off}", off <= aim.off, aim.off < NO_LIMIT),
    )
    asked = [(words, met) for words, met, wanted in parts if wanted]
    missed = [words for words, met in asked if not met]
    end = f"**missed: {', '.join(missed)}**" if missed else "reached"
    return f"aim: {', '.join(words for words, _ in asked)}: {end}"
