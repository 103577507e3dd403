"""The demonstration on a small invented town, its truth taken away before."""

import contextlib
import io
import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from joinedup.cli.main import main
from joinedup.office import town

PEOPLE, SEED = 3_000, 5


@dataclass(frozen=True)
class Shown:
    """What was shown.

    Attributes:
        told: what the command said, as JSON.
        truth: the folder of what is so; moved aside before, for the product must not need it.
    """

    place: Path
    told: dict
    truth: Path

    def true(self, name: str) -> pd.DataFrame:
        """A table of the truth."""
        return pq.read_table(self.truth / f"{name}.parquet").to_pandas()


def shown(place: Path, aside: Path) -> Shown:
    """Make the town, take its truth away, and run the demonstration."""
    made = place / f"town-{PEOPLE}-{SEED}"
    town.make(PEOPLE, SEED, made, months=3, key_file=None, tell=lambda *_: None)
    truth = (made / "truth").rename(aside / "truth")
    return Shown(place, demonstrate(place), truth)


def demonstrate(place: Path) -> dict:
    """What `joinedup demo` says there."""
    words = ("--people", str(PEOPLE), "--seed", str(SEED), "--home", str(place))
    with contextlib.redirect_stdout(io.StringIO()) as said:
        code = main(["demo", *words, "--json"])
    assert code == 0, said.getvalue()
    return json.loads(said.getvalue())
