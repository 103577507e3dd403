"""Do the measurements of linkage measure what they say? Known answers by hand."""

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from benchmarks.__main__ import page, sections
from benchmarks.linkage.given import Aim
from benchmarks.linkage.measured import against
from benchmarks.linkage.places import MOVED, PLACE_OUT, ROW_OUT, planted
from benchmarks.linkage.scored import Score, scores
from benchmarks.processes import Used, used

HEADS = ("unique_id", "address_concat", "postcode")


def table(*rows: tuple[str, str, str]) -> pa.Table:
    return pa.Table.from_pylist([dict(zip(HEADS, row, strict=True)) for row in rows])


def test_a_part_that_is_measured_again_leaves_the_others_as_they_stand() -> None:
    before = page({"lake": "old lake", "town": "old town"}, order=("lake", "town"))
    after = page(sections(before) | {"town": "new town"}, order=("lake", "town"))
    assert sections(after) == {"lake": "old lake", "town": "new town"}


def test_pairs_and_entities_are_scored_against_either_kind_of_truth(tmp_path: Path) -> None:
    (tmp_path / "pairs.csv").write_text("one,other\n2,1\n3,4\n")
    (tmp_path / "entities.csv").write_text("id,entity\n1,a\n2,a\n3,a\n4,b\n")
    entities = pa.table({"id": ["1", "2", "3", "4"], "entity": ["x", "x", "x", "y"]})
    pairs = pa.table({"one": ["1", "3"], "other": ["2", "1"]})
    assert scores(tmp_path, entities) == {"pairs": Score(1, 2, 3), "entities": Score(3, 3, 3)}
    assert scores(tmp_path, pairs) == {"pairs": Score(1, 2, 2), "entities": Score(2, 3, 2)}


def test_what_is_missed_of_an_aim_is_told_and_stops_nothing() -> None:
    spent, aim = Used(seconds=9.0, gigabytes=1.0, cpu=12.0), Aim(f1=0.9, cpu=10)
    told = against(aim, "pairs", 0.95, spent, off=0.5)
    assert told == "aim: F1 of pairs 0.9, 10 s of cores: **missed: 10 s of cores**"
    assert against(aim, "pairs", 0.95, replace(spent, cpu=10.0), off=0.5).endswith(": reached")


def test_a_planted_address_has_no_row_in_the_gazetteer_that_says_its_place() -> None:
    gazetteer = table(
        ("alone", "12 MILL LANE SUDBURY", "CO10 1AA"),
        ("one", "3 HIGH STREET SUDBURY", "CO10 1AB"),
        ("again", "1-5 HIGH STREET SUDBURY", "CO10 1AC"),
        ("named", "THE BARN SUDBURY", "CO10 1AD"),
        ("moves", "UNIT 4 8 KING STREET SUDBURY", "CO10 1AE"),
        ("beside", "8A KING STREET SUDBURY", "CO10 1AE"),
    )
    made = planted(table(("food", "3 HIGH STREET", "CO10 1AB")), gazetteer, seed=1)
    rows = {row["unique_id"]: row["address_concat"] for row in made.addresses.to_pylist()}
    assert [(rows[name], kind) for name, kind in made.kind.items()] == [
        ("12 MILL LANE SUDBURY", ROW_OUT),
        ("3 HIGH STREET", PLACE_OUT),
        ("UNIT 4 9 KING STREET SUDBURY", MOVED),
    ]
    assert made.gazetteer["unique_id"].to_pylist() == ["named", "moves", "beside"]


def test_a_peer_that_uses_more_seconds_of_cores_than_it_may_is_ended() -> None:
    with pytest.raises(TimeoutError):
        used(["-c", "while True: pass"], within=0.2)
