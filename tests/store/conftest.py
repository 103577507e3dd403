"""A lake in a fresh home (SQLite), and the usual way to write to it."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from joinedup.records.home import connect
from joinedup.store.lake import Lake

sys.path.insert(0, str(Path(__file__).parent))

ROWS = pa.table({"visit": ["v1", "v2", "v3"], "risk": [0.5, None, 2.5]})


@pytest.fixture
def lake(tmp_path, monkeypatch) -> Iterator[Lake]:
    """An empty lake."""
    from django.db import connection

    monkeypatch.delenv("DATABASE_URL", raising=False)
    connect(tmp_path / "home")
    yield Lake(tmp_path / "home")
    connection.close()


@pytest.fixture
def put(lake):
    """Write a table as a delivery would."""

    def write(data=ROWS, table="admitted.visits", **changes):
        settings = {
            "kind": "delivery",
            "actor": "ana",
            "facts": {"rows": 3},
            "purposes": ["inspection"],
            "agreements": ["visits"],
            "origin": "delivery:1",
        }
        return lake.write(table, data, **settings | changes)

    return write
