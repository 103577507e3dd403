"""A clerk on the bench: a queue, a pair, an answer that is kept at once, and taken back."""

import csv
import json
import re

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from joinedup.cli.main import main

PAIRS = [("=1+1", "b1"), ("a2", "b2"), ("a3", "b3")]


@pytest.fixture
def tried(tmp_path):
    says = json.dumps({"surname": "ottersbridge", "birth_date": "19840302", "email": None})
    other = json.dumps({"surname": "ottersbrigde", "birth_date": "19840302", "email": None})
    rows = [
        {
            "table_l": "police",
            "id_l": left,
            "table_r": "council",
            "id_r": right,
            "probability": 0.4,
            "because": "birth date the same (+9.0); surname alike (+4.0)",
            "says_l": says,
            "says_r": other,
            "stratum": 2,
            "of": 40,
        }
        for left, right in PAIRS
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "review.parquet")
    return tmp_path


@pytest.fixture
def clerk(tried, monkeypatch, capsys):
    def type_(*words, who="A. Clerk", more=()):
        left = list(words)

        def typed(_prompt):
            if not left:
                raise EOFError
            return left.pop(0)

        monkeypatch.setattr("builtins.input", typed)
        code = main(["review", "--tried", str(tried), "--as", who, *more])
        said = capsys.readouterr()
        assert code == 0, said.err
        return said.out

    return type_


def decisions(tried):
    with (tried / "decided.csv").open(encoding="utf-8", newline="") as file:
        return [(row["id_l"], row["same"], row["by"]) for row in csv.DictReader(file)]


def test_both_records_are_shown_side_by_side_with_what_speaks_for_and_against(clerk):
    out = clerk("quit")
    line = next(line for line in out.splitlines() if line.startswith("surname"))
    assert "ottersbridge" in line
    assert "≠ ottersbrigde" in line
    assert "+ for one person, - for two" in out
    assert re.search(r"birth date the same +\+9\.0  \|?\++\n", out)
    assert re.search(r"surname alike +\+4\.0  \| +\++\n", out)
    assert re.search(r"together +\+13\.0  \++\n", out)
    assert "email" not in out


def test_each_answer_is_kept_at_once_and_the_pair_is_not_shown_again(clerk, tried):
    clerk("y", "n")
    assert [said for _, said, _ in decisions(tried)] == ["yes", "no"]
    facts = json.loads(clerk(more=["--json"]))
    assert (facts["waiting"], facts["decided"]) == (1, 2)
    assert facts["pair"]["id_l"] == "a3"


def test_undo_takes_back_ones_own_last_answer_and_keeps_the_history(clerk, tried):
    clerk("y", "n")
    clerk("undo", who="B. Other")
    assert json.loads(clerk(more=["--json"]))["decided"] == 2
    out = clerk("undo", "?")
    assert [said for _, said, _ in decisions(tried)] == ["yes", "no", "undone", "unsure"]
    assert "the last is taken back" in out


def test_what_is_no_answer_is_asked_again(clerk, tried):
    assert "cannot tell" in clerk("maybe", "y")
    assert len(decisions(tried)) == 1


def test_an_id_like_a_formula_is_harmless_in_the_file_and_known_again(clerk, tried):
    clerk("y")
    assert decisions(tried)[0][0] == "'=1+1"
    assert json.loads(clerk(more=["--json"]))["waiting"] == 2


def test_a_folder_without_pairs_says_what_to_do(tmp_path, capsys):
    assert main(["review", "--tried", str(tmp_path)]) != 0
    assert "joinedup try link.people" in capsys.readouterr().err
