"""Are encoded lists linked as well as open ones, and what does one learn who may not read them?"""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from benchmarks.linkage import private
from benchmarks.linkage.made_lists import HARSH, ROUGH, lists
from hypothesis import given
from hypothesis import strategies as st
from tests.link import private_attacks as attacks

from joinedup import link
from joinedup.core.errors import MethodError
from joinedup.link import private_file, private_filter, private_tokens, roles
from joinedup.office import encode as office
from joinedup.stats import nearness

SECRET, OTHER = bytes(range(32)), bytes(range(1, 33))
CANARY = "Quetzalcoatlxyz"


def encoded(table, secret=SECRET, key="k", only=()):
    named = roles.id_of(table)
    told = {
        role: column
        for role, column in roles.roles_of(table, kind="person", given={}).items()
        if column != named
    }
    return private_file.encode(table, told, id_column=named, only=only, secret=secret, key=key)


def real(made):
    """Whether each row sent is a record of somebody."""
    return np.isin(made.table["record"].to_pylist(), made.ids["record"].to_pylist())


def found(output, one, other):
    """The links as the partners' ids, without dummies."""
    known = [
        dict(zip(*(each.ids[name].to_pylist() for name in ("record", "id")), strict=True))
        for each in (one, other)
    ]
    pairs = output.tables["pairs"].data
    told = zip(pairs["id_l"].to_pylist(), pairs["id_r"].to_pylist(), strict=True)
    return [(known[0][a], known[1][b]) for a, b in told if a in known[0] and b in known[1]]


@pytest.fixture(scope="module")
def tables():
    return lists(1_600, HARSH, seed=5)


@pytest.fixture(scope="module")
def sent(tables):
    return [encoded(table) for table in tables]


@pytest.fixture(scope="module")
def linked(sent):
    return link.encoded(tables={"a": sent[0].table, "b": sent[1].table})


def true_pairs(tables):
    one, other = ({name[1:] for name in table["id"].to_pylist()} for table in tables)
    return one & other


def f1(pairs, true):
    right = sum(a[1:] == b[1:] for a, b in pairs)
    return 2 * right / (len(pairs) + len(true))


@pytest.mark.parametrize(
    ("harm", "kept"),
    [
        pytest.param(ROUGH, 0.98, id="rough", marks=pytest.mark.deep),
        pytest.param(HARSH, 0.96, id="harsh"),
    ],
)
def test_encoded_lists_are_linked_nearly_as_well_as_open_ones(harm, kept):
    tables = lists(2_000, harm, seed=6)
    made = [encoded(table) for table in tables]
    output = link.encoded(tables={"a": made[0].table, "b": made[1].table})
    true = true_pairs(tables)
    assert f1(found(output, *made), true) >= kept * f1(private.open_pairs(tables), true)


def test_each_record_is_linked_once_at_most(linked):
    pairs = linked.tables["pairs"].data
    for side in ("id_l", "id_r"):
        names = pairs[side].to_pylist()
        assert len(set(names)) == len(names)


def test_stated_precision_is_near_the_true_one(sent, linked):
    pairs = found(linked, *sent)
    right = np.mean([a[1:] == b[1:] for a, b in pairs])
    precision = linked.result.estimates[0]
    assert abs(precision.value - right) <= 0.04


def test_same_file_and_key_give_the_same_bytes(tables, sent):
    again = encoded(tables[0])
    assert again.table.equals(sent[0].table)


def test_under_two_keys_no_more_is_linked_than_by_chance(tables, sent):
    other = encoded(tables[1], secret=OTHER, key="k")  # called the same, so that it is not refused
    output = link.encoded(tables={"a": sent[0].table, "b": other.table})
    assert output.tables["pairs"].data.num_rows == 0
    assert "No more than chance" in str(output)


def test_lists_of_different_people_give_no_link(tables):
    numbers = [np.array([int(one[1:]) for one in table["id"].to_pylist()]) for table in tables]
    half = 1_200
    one = encoded(tables[0].filter(pa.array(numbers[0] < half)))
    other = encoded(tables[1].filter(pa.array(numbers[1] >= half)))
    output = link.encoded(tables={"a": one.table, "b": other.table})
    assert output.tables["pairs"].data.num_rows <= 0.01 * half


def test_two_keys_are_refused_by_their_ids(tables, sent):
    other = encoded(tables[1], secret=OTHER, key="other")
    with pytest.raises(MethodError, match="under different keys"):
        link.encoded(tables={"a": sent[0].table, "b": other.table})


def test_different_fields_are_refused_with_those_in_common(tables, sent):
    fewer = encoded(tables[1], only=("forename", "surname", "birth_date"))
    with pytest.raises(MethodError, match="birth_date,forename,surname"):
        link.encoded(tables={"a": sent[0].table, "b": fewer.table})


def test_one_person_under_two_keys_is_no_nearer_than_two_people(tables, sent):
    other = encoded(tables[0], secret=OTHER)
    assert attacks.auc_of_same_person(sent[0], other) <= 0.55


def test_no_record_has_the_same_name_at_two_partners_or_under_two_keys(tables):
    with_same_ids = tables[1].set_column(
        0, "id", pa.array([str(n) for n in range(tables[1].num_rows)])
    )
    first = tables[0].set_column(0, "id", pa.array([str(n) for n in range(tables[0].num_rows)]))
    made = [encoded(first), encoded(with_same_ids), encoded(first, secret=OTHER)]
    names = [set(each.table["record"].to_pylist()) for each in made]
    assert not names[0] & names[1]
    assert not names[0] & names[2]


def test_what_is_sent_says_nothing_that_the_file_says(tables):
    table = tables[0].slice(0, 50)
    table = table.set_column(2, "surname", pa.array([CANARY] * 50))
    made = encoded(table)
    sink = pa.BufferOutputStream()
    pq.write_table(made.table, sink)
    held = sink.getvalue().to_pybytes()
    for word in (CANARY, CANARY.lower(), *table["date_of_birth"].to_pylist()[:5]):
        assert word.encode() not in held
    assert SECRET not in held
    assert SECRET.hex().encode() not in held


def test_a_dummy_cannot_be_told_from_a_record_by_its_bits(sent):
    assert attacks.auc_of_dummies_by_bits(sent[0].table, real(sent[0])) <= 0.56


def test_a_dummy_cannot_be_told_from_a_record_by_its_neighbours(sent):
    own = nearness.nearest_within(
        nearness.standardised([private_file.checked(sent[0].table, where="a")])[0]
    )
    told = attacks.auc(own, ~real(sent[0]))
    assert abs(told - 0.5) <= 0.2


def test_dummies_are_a_quarter_of_the_records(tables, sent):
    assert sent[0].dummies == round(tables[0].num_rows / 4)
    assert sent[0].table.num_rows == tables[0].num_rows + sent[0].dummies


def test_weight_says_nothing_of_how_long_a_name_is_or_what_is_missing(tables, sent):
    filters = private_file.checked(sent[0].table, where="a")
    weight = dict(
        zip(
            sent[0].table["record"].to_pylist(),
            np.bitwise_count(filters).sum(axis=1, dtype=int),
            strict=True,
        )
    )
    weights = np.array([weight[name] for name in sent[0].ids["record"].to_pylist()])
    length = np.array([len(name or "") for name in tables[0]["surname"].to_pylist()])
    empty = sum(
        np.asarray(tables[0][name].is_null()).astype(int) for name in tables[0].column_names
    )
    assert abs(np.corrcoef(weights, length)[0, 1]) <= 0.1
    assert abs(np.corrcoef(weights, empty)[0, 1]) <= 0.1


def test_two_empty_cells_are_no_agreement():
    rows = 400
    names = [f"{'abcdefghijklmnopqrst'[n % 20]}{'aeiou'[n % 5]}{n}" for n in range(2 * rows)]
    full = {"forename": pa.array(names[:rows]), "surname": pa.array(names[rows:])}
    keys = private_filter.keys(SECRET)
    called = [b"%d" % n for n in range(rows)]
    empty = full | {"birth_date": pa.array([None] * rows, pa.string())}
    said = full | {"birth_date": pa.array([f"19{n % 90 + 10}0101" for n in range(rows)])}
    apart = []
    for columns in (empty, said):
        made = private_filter.encoded(columns, ("birth_date", "forename", "surname"), called, keys)
        apart.append(np.bitwise_count(made[:-1] ^ made[1:]).sum(axis=1).mean())
    assert apart[0] >= apart[1]  # two who say nothing are no nearer than two who say different days


@pytest.mark.parametrize(
    ("spoilt", "told"),
    [
        (lambda _: b"\0" * 512, "thin or too dense"),
        (lambda _: b"\xff" * 512, "thin or too dense"),
        (lambda row: row[:64], "another length"),
        (lambda _: None, "no filter"),
    ],
)
def test_a_spoilt_filter_is_refused(sent, spoilt, told):
    filters = sent[0].table["filter"].to_pylist()
    filters[0] = spoilt(filters[0])
    table = sent[0].table.set_column(1, "filter", pa.array(filters, pa.binary()))
    with pytest.raises(MethodError, match=told):
        link.encoded(tables={"a": table, "b": sent[1].table})


def test_a_filter_sent_twice_is_refused(sent):
    rows = sent[0].table
    twice = pa.concat_tables([rows, rows.slice(0, 1)])
    with pytest.raises(MethodError, match="a name that another has"):
        link.encoded(tables={"a": twice, "b": sent[1].table})


def test_a_list_of_names_tells_few_people_without_the_key(tables, sent):
    shares = attacks.frequency_attack(tables[0], sent[0], "surname")
    assert shares.told <= shares.by_chance + 0.05


@pytest.mark.deep
def test_patterns_of_names_laid_over_what_is_sent_tell_few_where_they_tell_a_plain_filter():
    assert private.told_by_pattern(200)[1] >= 0.8  # the attacker is no blunt one
    assert private.told_as_sent(250, 0.9) <= 0.06
    assert private.told_as_sent(250, 1.0) <= 0.15


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=40))
def test_a_field_sets_as_many_bits_whatever_it_says(name):
    keys = private_filter.keys(SECRET)
    one = private_filter.Field("surname", pa.array([name]), 60, keys)
    assert len(one.set_by(name)) == 60


@given(st.text("abcdefghijklmnopqrstuvwxyz0123456789@.", min_size=1, max_size=12))
def test_every_feature_has_parts_for_every_cell(cell):
    for name in private_tokens.PARTS:
        assert private_tokens.parts_of(name, cell)


def joinedup(*arguments, cwd):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(
        [sys.executable, "-m", "joinedup", *arguments],
        cwd=cwd, capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip


def test_partners_and_linker_work_from_the_command_line(tables, tmp_path):
    for name, table in zip("ab", tables, strict=True):
        pq.write_table(table.slice(0, 600), tmp_path / f"{name}.parquet")
    made = [joinedup("link", "key", "--out", "k.key", cwd=tmp_path)]
    made += [
        joinedup("link", "encode", f"{name}.parquet", "--key", "k.key", "--out",
                 f"{name}.enc.parquet", cwd=tmp_path)
        for name in "ab"
    ]  # fmt: skip
    made.append(
        joinedup("try", "link.encoded", "--table", "a=a.enc.parquet", "--table",
                 "b=b.enc.parquet", "--out", "linked", cwd=tmp_path)
    )  # fmt: skip
    made.append(
        joinedup("link", "decode", "linked/pairs.parquet", "--ids", "a=a.enc.ids.csv", "--ids",
                 "b=b.enc.ids.csv", "--out", "pairs.parquet", "--json", cwd=tmp_path)
    )  # fmt: skip
    assert [one.returncode for one in made] == [0] * len(made), [one.stderr for one in made]
    pairs = pq.read_table(tmp_path / "pairs.parquet")
    assert {one[0] for one in pairs["id_l"].to_pylist()} <= {"a"}
    secret = json.loads((tmp_path / "k.key").read_text())["key"]
    said = "".join(one.stdout + one.stderr for one in made)
    assert secret not in said
    for path in Path(tmp_path).rglob("*"):
        if path.is_file() and path.name != "k.key":
            held = path.read_bytes()
            assert secret.encode() not in held
            assert bytes.fromhex(secret) not in held
    assert (tmp_path / "a.enc.ids.csv").stat().st_mode & 0o077 == 0


def test_a_key_that_others_can_read_is_refused(tables, tmp_path):
    pq.write_table(tables[0].slice(0, 50), tmp_path / "a.parquet")
    (tmp_path / "k.key").write_text("ab" * 32)
    (tmp_path / "k.key").chmod(0o644)
    told = joinedup(
        "link", "encode", "a.parquet", "--key", "k.key", "--out", "a.enc.parquet", cwd=tmp_path
    )
    assert told.returncode == 10
    assert not (tmp_path / "a.enc.parquet").exists()


def test_what_is_set_and_is_nowhere_is_refused_at_once_and_nothing_is_written(tables, tmp_path):
    pq.write_table(tables[0].slice(0, 50), tmp_path / "a.parquet")
    office.make_key(tmp_path / "k.key")
    with pytest.raises(MethodError) as caught:
        office.encode(
            tmp_path / "a.parquet",
            key_file=tmp_path / "k.key",
            out=tmp_path / "z.parquet",
            columns={"surename": "surname", "forename": "first"},
            id_column="nope",
        )
    told = [(one.where, one.fix) for one in caught.value.problems]
    assert told[0] == ("columns.surename", "did you mean surname?")
    assert [where for where, _ in told] == ["columns.surename", "columns.forename", "id"]
    assert not list(tmp_path.glob("z*"))


def test_a_list_that_is_not_encoded_is_told_the_way_out(tables):
    with pytest.raises(MethodError, match="no encoded list: a, b") as caught:
        link.encoded(tables=dict(zip("ab", tables, strict=True)))
    assert "joinedup link encode" in str(caught.value)


def test_pairs_are_not_read_with_the_list_of_another_table_or_file(tmp_path):
    pairs = {"table_l": ["a"], "id_l": ["x1"], "table_r": ["b"], "id_r": ["y1"]}
    pq.write_table(pa.table(pairs), tmp_path / "pairs.parquet")
    ids = tmp_path / "ids.csv"
    ids.write_text("record,id\nq,1\n")
    with pytest.raises(MethodError) as caught:
        office.decode(tmp_path / "pairs.parquet", {"zzz": ids, "b": ids}, tmp_path / "out.csv")
    told = [one.what for one in caught.value.problems]
    assert told[0] == "no pair is of the table zzz."
    assert "names none of its 1 records" in told[1]
    assert not (tmp_path / "out.csv").exists()
