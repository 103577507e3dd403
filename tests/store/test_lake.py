"""Versions never change, and a crash leaves the one before or the one after."""

import errno
import json
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from joinedup.core.errors import MethodError, RecordsError
from joinedup.store import parts

ROWS = pa.table({"visit": ["v1", "v2", "v3"], "risk": [0.5, None, 2.5]})
OTHER = pa.table({"visit": ["v9"], "risk": [9.0]})
CANARY = "ZQX77CANARY"


def files(lake):
    return sorted(path.name for path in lake.folder.rglob("*") if path.is_file())


def told():
    from joinedup.records import ledger

    return list(ledger.events())


def test_what_is_written_is_read_back(lake, put):
    version = put()
    assert lake.read("admitted.visits").to_table().equals(ROWS)
    assert (version.number, version.rows, version.columns) == (1, 3, ["visit", "risk"])
    assert (version.purposes, version.agreements) == (["inspection"], ["visits"])
    part = version.parts[0]
    assert files(lake) == [part["file"]] == [f"{part['sha256']}.parquet"]
    assert lake.fsck() == []


def test_a_version_and_its_event_are_one(put):
    version = put()
    (event,) = told()
    assert version.event_id == event.seq
    assert (event.kind, event.actor, event.subject) == ("delivery", "ana", "admitted.visits")
    assert event.facts["rows"] == 3
    assert event.facts["lake"]["digest"] == version.digest


def test_an_older_version_can_still_be_read(lake, put):
    put()
    put(OTHER)
    assert lake.read("admitted.visits").to_table().equals(OTHER)
    assert lake.read("admitted.visits", 1).to_table().equals(ROWS)
    assert lake.current("admitted.visits").number == 2
    assert [(v.table, v.number) for v in lake.tables()] == [("admitted.visits", 2)]


def test_a_reader_keeps_its_version_while_another_is_written(lake, put):
    put()
    opened = lake.read("admitted.visits")
    put(OTHER)
    lake.fsck(sweep=True)
    assert opened.to_table().equals(ROWS)


def test_writing_the_same_again_adds_an_event_and_no_version(lake, put):
    seen = []
    first = put()
    again = put(also=seen.append)
    assert again == first == seen[0]
    assert again.told.seq == 2 != first.event_id
    assert len(told()) == 2
    assert lake.current("admitted.visits").number == 1
    assert lake.fsck() == []


@pytest.mark.parametrize("change", [{"purposes": ["research"]}, {"agreements": ["visits", "two"]}])
def test_the_same_rows_for_another_purpose_or_agreement_are_a_new_version(put, change):
    first, second = put(), put(**change)
    assert (second.number, second.digest) == (2, first.digest)


def test_rows_that_come_back_are_a_third_version(put):
    assert [put().number, put(OTHER).number, put().number] == [1, 2, 3]


def test_a_delivery_of_what_is_already_there_has_the_moment_of_its_own_event(put):
    from joinedup.records.models import Delivery

    def delivered(version):
        Delivery.objects.add(
            dataset="visits",
            file_name="march.csv",
            file_digest="f" * 64,
            rows=3,
            version=version,
            sender="council",
        )

    put(also=delivered)
    put(also=delivered)
    assert [row.event_id for row in Delivery.objects.history()] == [1, 2]
    assert [row.at for row in Delivery.objects.history()] == [event.at for event in told()]


@pytest.mark.parametrize("before", [False, True], ids=["first", "second"])
def test_an_exception_in_the_same_transaction_leaves_nothing(lake, put, before):
    if before:
        put()
    were = (files(lake), len(told()))

    def refuse(_version):
        raise KeyError

    with pytest.raises(KeyError):
        put(OTHER, also=refuse)
    assert (files(lake), len(told())) == were
    assert [v.number for v in lake.tables()] == ([1] if before else [])


def test_an_exception_does_not_take_a_part_that_another_version_needs(lake, put):
    put()
    put(OTHER)

    def refuse(_version):
        raise KeyError

    with pytest.raises(KeyError):
        put(also=refuse)
    assert lake.fsck() == []


def test_a_reader_that_breaks_off_leaves_nothing(lake, put):
    def batches():
        yield ROWS.to_batches()[0]
        raise KeyError

    with pytest.raises(KeyError):
        put(pa.RecordBatchReader.from_batches(ROWS.schema, batches()))
    assert (files(lake), told()) == ([], [])


CRASH = """
import os, sys
from pathlib import Path
import pyarrow as pa
from joinedup.records.home import connect
from joinedup.store.lake import Lake
home = Path(sys.argv[1])
connect(home)
def batches():
    yield pa.record_batch({"visit": ["v9"], "risk": [9.0]})
    if sys.argv[2] == "writing":
        os._exit(7)
schema = pa.schema({"visit": pa.string(), "risk": pa.float64()})
Lake(home).write(
    "admitted.visits", pa.RecordBatchReader.from_batches(schema, batches()), kind="delivery",
    actor="ana", facts={}, purposes=[], agreements=[], origin="", also=lambda version: os._exit(7),
)
"""


@pytest.mark.parametrize("moment", ["writing", "before the commit"])
def test_a_crash_leaves_the_version_before_and_a_sweep_clears_the_rest(lake, put, moment):
    put()
    kept = files(lake)
    command = [sys.executable, "-c", CRASH, str(lake.home), moment]
    assert subprocess.run(command, check=False).returncode == 7
    assert len(files(lake)) == 2
    assert lake.read("admitted.visits").to_table().equals(ROWS)
    assert (len(told()), lake.current("admitted.visits").number) == (1, 1)
    (problem,) = lake.fsck()
    assert "broke off" in problem.what
    assert lake.fsck(sweep=True) == []
    assert files(lake) == kept
    assert lake.fsck() == []


def test_a_sweep_leaves_a_writing_that_is_under_way(lake, put):
    def batches():
        yield ROWS.to_batches()[0]
        assert lake.fsck(sweep=True) == []

    put(pa.RecordBatchReader.from_batches(ROWS.schema, batches()))
    assert lake.read("admitted.visits").to_table().equals(ROWS)


def test_a_reader_is_never_held_whole(put):
    batch = pa.record_batch({"n": np.arange(parts.ROWS_PER_GROUP, dtype=np.int64)})
    count, most = 128, 0

    def batches():
        nonlocal most
        for number in range(count):
            yield pa.record_batch({"n": np.arange(batch.num_rows, dtype=np.int64) + number})
            most = max(most, pa.total_allocated_bytes())

    before = pa.total_allocated_bytes()
    version = put(pa.RecordBatchReader.from_batches(batch.schema, batches()))
    assert version.rows == count * batch.num_rows
    assert most - before < count * batch.nbytes / 4


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=10)
@given(cuts=st.lists(st.integers(0, 150_000), max_size=6))
def test_the_same_rows_give_the_same_digest_however_they_are_batched(put, cuts):
    rng = np.random.default_rng(20261123)
    table = pa.table(
        {
            "n": rng.integers(0, 50, 150_000),
            "word": pa.array(rng.choice(["a", "b", None], 150_000)),
        }
    )
    edges = [0, *sorted(cuts), table.num_rows]
    pieces = [
        batch
        for start, stop in pairwise(edges)
        for batch in table.slice(start, stop - start).to_batches()
    ]
    whole = put(table, table="derived.batched")
    again = put(pa.RecordBatchReader.from_batches(table.schema, pieces), table="derived.batched")
    assert again.digest == whole.digest


def test_the_same_rows_give_the_same_digest_from_pandas_polars_and_arrow(put):
    columns = {"word": ["b", "a", None], "n": [1, 2, 3]}
    frames = [
        pa.table(columns),
        pa.Table.from_pandas(pd.DataFrame(columns).astype({"word": "category"})),
        pl.DataFrame(columns).to_arrow(),
        pl.DataFrame(columns).with_columns(pl.col("word").cast(pl.Categorical)).to_arrow(),
    ]
    assert len({put(frame, table=f"derived.t{n}").digest for n, frame in enumerate(frames)}) == 1


def test_an_empty_table_keeps_its_columns(lake, put):
    put(ROWS.slice(0, 0))
    found = lake.read("admitted.visits")
    assert (found.schema.names, found.count_rows()) == (["visit", "risk"], 0)


@pytest.mark.parametrize("harm", ["missing", "longer", "not parquet"])
def test_a_part_that_is_not_as_it_was_is_named_when_it_is_read(lake, put, harm):
    part = put().parts[0]
    path = lake.folder / "admitted" / "visits" / part["file"]
    path.chmod(0o600)
    if harm == "missing":
        path.unlink()
    elif harm == "longer":
        path.write_bytes(path.read_bytes() + b"x")
    else:
        path.write_bytes(b"x" * part["bytes"])
    with pytest.raises(RecordsError, match=part["file"]) as caught:
        lake.read("admitted.visits")
    assert "admitted.visits version 1" in str(caught.value)
    assert str(lake.home) not in str(caught.value)
    (problem,) = lake.fsck()
    assert part["file"] in problem.what


def test_a_row_of_the_records_that_was_changed_is_found_by_fsck(lake, put):
    version = put()
    version.purposes = ["research"]
    version.save()
    (problem,) = lake.fsck()
    assert "not what the ledger tells" in problem.what


def test_a_file_that_was_put_into_the_lake_is_found_and_swept(lake, put):
    put()
    (lake.folder / "admitted" / "visits" / "extra.parquet").write_bytes(b"x")
    (problem,) = lake.fsck()
    assert problem.where == "admitted/visits/extra.parquet"
    assert lake.fsck(sweep=True) == []
    assert len(files(lake)) == 1


def test_digests_are_given_for_all_tables_or_all_that_are_missing_are_named(lake, put):
    version = put()
    assert lake.digests(["admitted.visits"]) == {"admitted.visits": version.digest}
    with pytest.raises(RecordsError) as caught:
        lake.digests(["admitted.visits", "derived.one", "derived.two"])
    assert [problem.where for problem in caught.value.problems] == ["derived.one", "derived.two"]


@pytest.mark.usefixtures("put")
def test_reading_what_was_never_written_is_refused(lake):
    with pytest.raises(RecordsError, match="no such table"):
        lake.read("admitted.visits")
    with pytest.raises(RecordsError, match="no version 4"):
        lake.read("admitted.visits", 4)


@pytest.mark.parametrize("name", ["../up", "admitted/visits", "a.b.c", "Admitted.visits", ""])
def test_a_name_cannot_lead_out_of_the_lake(lake, put, name):
    with pytest.raises(MethodError, match="not a table's name"):
        put(table=name)
    assert files(lake) == []


@pytest.mark.parametrize(
    "table", [pa.table([[1], [2]], names=["a", "a"]), pa.table({})], ids=["twice", "none"]
)
def test_a_table_needs_columns_with_names_of_their_own(put, table):
    with pytest.raises(MethodError, match="column"):
        put(table)


def test_a_full_disk_is_a_sentence_and_leaves_nothing(lake, put, monkeypatch):
    def full(_handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    put()
    before = files(lake)
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(RecordsError, match="No space left") as caught:
        put(OTHER)
    assert str(lake.home) not in str(caught.value)
    assert files(lake) == before
    assert len(told()) == 1


def test_no_cell_is_repeated_in_the_records(lake, put):
    from django.db import connection

    put(pa.table({"name": [CANARY]}))
    connection.close()
    kept = b"".join(path.read_bytes() for path in lake.home.glob("records*"))
    assert CANARY.encode() not in kept
    assert CANARY not in json.dumps([event.facts for event in told()])
