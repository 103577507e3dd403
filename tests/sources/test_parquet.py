"""What only Parquet can get wrong, and a real city's tables."""

import os
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from visit_files import visits, write

from joinedup.core.errors import DeliveryError
from joinedup.core.vocabulary import Field
from joinedup.sources import Given, read
from joinedup.sources.typed import ARROW

AGREED = ("visit", "postcode", "seen_on")
ROOT = Path(__file__).resolve().parents[2]
CITY = Path(os.environ.get("JOINEDUP_DATA", ROOT / "../shared/data")) / "chicago_food"
TABLES = sorted(path.stem for path in CITY.glob("*.parquet")) or ["none"]


def test_a_parquet_file_with_a_damaged_page_is_refused(tmp_path):
    path = write(tmp_path, "parquet", [(n, f"B{n}", date(2014, 1, 1), "x") for n in range(900)])
    data = bytearray(path.read_bytes())
    data[4:600] = b"\xff" * 596
    path.write_bytes(bytes(data))
    with pytest.raises(DeliveryError, match="cannot be decoded"):
        read(path, visits("parquet"), AGREED)


def test_a_parquet_file_with_a_damaged_footer_is_refused(tmp_path):
    path = write(tmp_path, "parquet")
    data = bytearray(path.read_bytes())
    data[-60:-8] = b"\xff" * 52
    path.write_bytes(bytes(data))
    with pytest.raises(DeliveryError, match="cannot be decoded"):
        read(path, visits("parquet"), AGREED)


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path, monkeypatch):
    path = write(tmp_path, "parquet")
    marks = count(1)
    monkeypatch.setattr(Given, "mark", lambda _: (1, next(marks)))
    with pytest.raises(DeliveryError, match="changed while it was read"):
        read(path, visits("parquet"), AGREED)


@pytest.mark.real
@pytest.mark.skipif(TABLES == ["none"], reason="the city's tables are not in ../shared/data")
@pytest.mark.parametrize("table", TABLES)
def test_every_table_of_the_city_is_read_as_it_is(table):
    want = pq.read_table(CITY / f"{table}.parquet").replace_schema_metadata(None)
    fields = {
        column.name: Field(type=_kind(column.type), description=column.name)
        for column in want.schema
    }
    dataset = replace(
        visits("parquet"),
        id=table,
        key=(),
        fields=fields,
        layout=visits("parquet", rename={}).layout,
    )
    delivery = read(CITY / f"{table}.parquet", dataset, list(fields))
    assert delivery.table.equals(want.cast(delivery.table.schema))


def _kind(column):
    if pa.types.is_integer(column):
        return "integer"
    return next(kind for kind, arrow in ARROW.items() if arrow.equals(column))
