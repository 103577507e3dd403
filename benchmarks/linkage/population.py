"""An invented population: 70 % base people, 30 % copies of them with errors, seeded.

Names follow Zipf's law, so that namesakes grow with the population; each field of a copy has an
error with a chance of 12 to 35 %: it is empty, mistyped, or another person's.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa

BASE = 0.7
SURNAMES, FORENAMES, CITIES = 5_000, 1_000, 300
PEOPLE_PER_POSTCODE = 20
ZIPF = 0.9
FIRST_BIRTH, DAYS = np.datetime64("1930-01-01"), 29_000
ERRORS = {
    "forename": 0.20,
    "surname": 0.15,
    "birth_date": 0.12,
    "city": 0.20,
    "postcode": 0.30,
    "email": 0.35,
}
EMPTY, MISTYPED = 0.3, 0.75
CONSONANTS, VOWELS = "bcdfghjklmnprstvwz", "aeiou"


def population(records: int, *, seed: int, errors: float = 1.0) -> tuple[pa.Table, pa.Table]:
    """The records in a random order, and their truth (`id`, `entity`).

    Args:
        records: how many.
        seed: of everything drawn.
        errors: how many errors a copy has, beside the usual number.
    """
    rng = np.random.default_rng(seed)
    base = int(records * BASE)
    copies = records - base
    columns = _base(rng, base)
    source = rng.integers(0, base, copies)
    told: dict[str, Any] = {}
    for name, cells in columns.items():
        copied = _with_errors(rng, cells[source], cells, errors * ERRORS[name], _mistakes(name))
        told[name] = pa.array([*cells.tolist(), *copied], pa.string())
    order = rng.permutation(records)
    entity = np.concatenate([np.arange(base), source])[order]
    ids = pa.array([f"r{number}" for number in order])
    table = pa.table(
        {"id": ids} | {name: cells.take(pa.array(order)) for name, cells in told.items()}
    )
    return table, pa.table({"id": ids, "entity": entity})


def _base(rng: np.random.Generator, people: int) -> dict[str, Any]:
    forenames, surnames = _words(rng, FORENAMES), _words(rng, SURNAMES)
    first, last = _zipf(rng, FORENAMES, people), _zipf(rng, SURNAMES, people)
    cities = _words(rng, CITIES)
    postcodes = _postcodes(max(200, people // PEOPLE_PER_POSTCODE))
    forename, surname = forenames[first], surnames[last]
    numbers = rng.integers(1, 999, people)
    email = [
        f"{one}.{two}{number}@{'example' if number % 2 else 'invented'}.test"
        for one, two, number in zip(forename, surname, numbers, strict=True)
    ]
    return {
        "forename": forename,
        "surname": surname,
        "birth_date": (FIRST_BIRTH + rng.integers(0, DAYS, people)).astype(str),
        "city": cities[_zipf(rng, CITIES, people)],
        "postcode": postcodes[rng.integers(0, len(postcodes), people)],
        "email": np.array(email),
    }


def _words(rng: np.random.Generator, many: int) -> Any:
    made: set[str] = set()
    while len(made) < many:
        word = "".join(
            CONSONANTS[rng.integers(len(CONSONANTS))] + VOWELS[rng.integers(len(VOWELS))]
            for _ in range(rng.integers(2, 5))
        )
        made.add(word + ("" if rng.random() < 0.4 else CONSONANTS[rng.integers(len(CONSONANTS))]))
    return np.array(sorted(made))[rng.permutation(many)]


def _zipf(rng: np.random.Generator, many: int, size: int) -> Any:
    share = 1 / np.arange(1, many + 1) ** ZIPF
    return rng.choice(many, size, p=share / share.sum())


def _postcodes(many: int) -> Any:
    letters = "ABCDEFGHIJKLMNOPRSTUWYZ"
    return np.array(
        [
            f"{letters[n % 20]}{letters[n // 20 % 20]}{n // 400 % 60 + 1}"
            f" {n // 24_000 % 10}{letters[n % 19]}{letters[n % 17]}"
            for n in range(many)
        ]
    )


def _with_errors(
    rng: np.random.Generator,
    cells: Any,
    others: Any,
    rate: float,
    mistype: Callable[[np.random.Generator, str], str],
) -> list[str | None]:
    made: list[str | None] = cells.tolist()
    wrong = np.flatnonzero(rng.random(len(made)) < rate)
    for place, how in zip(wrong.tolist(), rng.random(len(wrong)).tolist(), strict=True):
        if how < EMPTY:
            made[place] = None
        elif how < MISTYPED:
            made[place] = mistype(rng, made[place] or "")
        else:
            made[place] = str(others[rng.integers(len(others))])
    return made


def _mistakes(name: str) -> Callable[[np.random.Generator, str], str]:
    return _wrong_date if name == "birth_date" else _mistyped


def _mistyped(rng: np.random.Generator, text: str) -> str:
    at, sign = int(rng.integers(len(text))), chr(97 + int(rng.integers(26)))
    return (
        text[:at] + sign + text[at + 1 :],
        text[:at] + text[at + 1 :],
        text[:at] + sign + text[at:],
        text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :],
    )[int(rng.integers(4))]


def _wrong_date(rng: np.random.Generator, text: str) -> str:
    year, month, day = text.split("-")
    how = int(rng.integers(3))
    if how == 0 and int(day) <= 12:
        return f"{year}-{day}-{month}"
    if how == 1:
        return f"{int(year) + int(rng.integers(-3, 4)):04d}-{month}-{day}"
    return f"{year}-{month}-{int(rng.integers(1, 29)):02d}"
