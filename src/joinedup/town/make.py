"""How does a town become files? Everything once: people, registers, errors, files, truth."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from joinedup.core.errors import ProjectError
from joinedup.town import days, possible, registers, truth_facts, truth_records, truth_world, world
from joinedup.town.addresses import Addresses, draw_styles
from joinedup.town.draw import stream
from joinedup.town.errors import plant
from joinedup.town.extracts import Extract, extracts, place
from joinedup.town.names.cultures import CULTURES
from joinedup.town.persons import Who, home_before, who
from joinedup.town.register import Register, live_on
from joinedup.town.tokens import Tokens
from joinedup.town.truth_records import Shown
from joinedup.town.view import Leaf, Source, Town

Tell = Callable[[str, int, int], None]

FEWEST = 2_000
MOST = 5_000_000
WORKERS = 2
STEPS_BEFORE = 3
"""Steps that are told before the first file: people, registers, places."""


@dataclass(frozen=True, slots=True)
class Made:
    """What was made.

    Attributes:
        folder: with deliveries and truth inside.
        people: who live or have lived in the town.
        homes: number of homes.
        months: "2026-07" and so on.
        rows: by dataset, rows in each month's file.
    """

    folder: Path
    people: int
    homes: int
    months: tuple[str, ...]
    rows: dict[str, tuple[int, ...]]


def make(
    people: int,
    seed: int,
    out: Path,
    *,
    months: int = 3,
    pseudonymise_health: bytes | None = None,
    tell: Tell | None = None,
) -> Made:
    """A town of so many people: what its partners deliver in each month, and what is true.

    Args:
        people: living in the town, about.
        seed: the same seed gives the same bytes.
        out: a folder that is empty or not there yet.
        months: of deliveries, 1 to 3.
        pseudonymise_health: the key under which the health bodies send tokens in place of names.
        tell: called with the step, how many are done and how many there are.

    Raises:
        ProjectError: too few or too many people, other months, a folder that holds something, or
            too short a key.
    """
    _refuse(people, months, out)
    told = tell or (lambda _name, _done, _total: None)
    files = extracts(by_token=pseudonymise_health is not None)
    steps = STEPS_BEFORE + len(files)
    told("people and homes", 0, steps)
    built = world.build(people, seed)
    tokens = None if pseudonymise_health is None else Tokens(built, pseudonymise_health)
    told("registers", 1, steps)
    happened = registers.happen(built, seed)
    told("places", 2, steps)
    town = Town(built, happened.trading, Addresses(built), tokens)
    names = tuple(_month(end) for end in days.MONTH_ENDS[:months])
    _folders(out, names)
    place.write(out / "deliveries" / "open", town)
    truth_world.write(built, out / "truth")
    truth_facts.write(happened.truth, out / "truth")
    made: dict[str, _Told] = {}
    for one, rows in _written(files, town, happened.registers, seed, out=out, months=months):
        told(one.name, STEPS_BEFORE + len(made), steps)
        made[one.name] = rows
    truth_records.write_rates(out / "truth", {one.name: made[one.name].counts for one in files})
    return Made(
        folder=out,
        people=len(built.people.born),
        homes=len(built.homes.uprn),
        months=names,
        rows={one.name: made[one.name].rows for one in files},
    )


def _written(
    files: tuple[Extract, ...],
    town: Town,
    known: dict[str, Register],
    seed: int,
    *,
    out: Path,
    months: int,
) -> Iterator[tuple[Extract, "_Told"]]:
    """Every extract as it is done; the longest are begun first."""
    with ThreadPoolExecutor(WORKERS) as pool:
        waiting = {
            pool.submit(_write, one, town, known[one.register], seed, out=out, months=months): one
            for one in sorted(files, key=lambda one: -len(known[one.register]))
        }
        for future in as_completed(waiting):
            yield waiting[future], future.result()


def _refuse(people: int, months: int, out: Path) -> None:
    if not FEWEST <= people <= MOST:
        raise ProjectError(
            f"a town has from {FEWEST:,} to {MOST:,} people; {people:,} were asked for.",
            fix=f"ask for a number from {FEWEST:,} to {MOST:,}.",
            where="--people",
        )
    if not 1 <= months <= len(days.MONTH_ENDS):
        raise ProjectError(
            f"{months} months were asked for; the town delivers 1 to {len(days.MONTH_ENDS)}.",
            fix="ask for 1, 2 or 3.",
            where="--months",
        )
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ProjectError(
            "the folder holds something already; a town is made in an empty one.",
            fix="name another folder, or empty this one.",
            where=str(out),
        )


def _month(day: int) -> str:
    return str(np.datetime64(day, "D").astype("datetime64[M]"))


def _folders(out: Path, months: tuple[str, ...]) -> None:
    for name in (*months, "open"):
        (out / "deliveries" / name).mkdir(parents=True)
    for name in ("records", "errors"):
        (out / "truth" / name).mkdir(parents=True)


@dataclass(frozen=True, slots=True)
class _Told:
    rows: tuple[int, ...]
    counts: list[dict[str, Any]]


def _write(
    one: Extract, town: Town, register: Register, seed: int, *, out: Path, months: int
) -> _Told:
    """Every month's file of one extract, and its truth."""
    source = source_of(one, town, register, seed)
    shown = []
    for end in days.MONTH_ENDS[:months]:
        rows = _rows(one, source, end)
        shown.append(Shown(_month(end), rows))
        one.write(out / "deliveries" / _month(end) / one.file, Leaf(source, rows, end))
    ref = one.key(town, register) if one.key else register.ref
    counts = truth_records.write(out / "truth", one.name, source, shown, ref=ref, kept=one.kept)
    return _Told(tuple(len(month.rows) for month in shown), counts)


def source_of(one: Extract, town: Town, register: Register, seed: int) -> Source:
    """A register with its errors and its clerks' habits drawn."""
    people = who(town.world, register)
    before = home_before(town.world, register)
    could = possible.possible(
        one.register,
        world=town.world,
        trading=town.trading,
        register=register,
        who=people,
        before=before,
    )
    return Source(
        town=town,
        register=register,
        who=people,
        before=before,
        planted=plant(seed, one.register, could, culture=_culture(people), cultures=CULTURES),
        mix=one.mix,
        style=draw_styles(stream(seed, "styles", one.register), one.mix, len(register)),
    )


def _culture(people: Who) -> npt.NDArray[np.uint8]:
    codes = np.where(people.at < 0, len(CULTURES), people.culture[people.at])
    return codes.astype(np.uint8)


def _rows(one: Extract, source: Source, end: int) -> npt.NDArray[np.int64]:
    """The rows of a month's file in its order, each duplicate after itself."""
    rows = one.arrange(source.register, live_on(source.register, end))
    twice = source.planted.wrong.get("record")
    if twice is None:
        return rows
    times = np.ones(len(rows), np.int64)
    times[twice.among(rows)[0]] = 2
    return np.repeat(rows, times)
