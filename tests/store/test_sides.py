"""Who a row is about lies apart from what it says, and only the keys bring them together."""

import numpy as np
import pyarrow as pa
import pytest
from apart_frames import made_tokens
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from joinedup.core.errors import AgreementError, MethodError
from joinedup.records import keyring
from joinedup.store import parts, sealing
from joinedup.store.engine import Granted, engine
from joinedup.store.sides import Apart, identifiers_of

ROWS = 3_000


def apart(rows=ROWS, *, tokens=(), first=0):
    """People in the order of their numbers, with an attribute that is the same number."""
    numbers = range(first, first + rows)
    named = pa.table({"nhs": [f"{n:010}" for n in numbers], "surname": [f"S{n}" for n in numbers]})
    tokens_of = {
        project: made_tokens({"nhs": [f"{project}{n}" for n in numbers]}, f"{project:0>16}")
        for project in tokens
    }
    return Apart(
        attributes=pa.table({"age": list(numbers)}),
        identifiers=named,
        tokens=tokens_of,
        columns=("nhs", "age", "surname"),
    )


def test_without_a_right_to_them_columns_that_name_people_do_not_exist(lake, put):
    put(apart(tokens=["p"]))
    found = lake.read("admitted.visits")
    assert found.schema.names == ["age"]
    for column in ("nhs", "surname", "none"):
        with pytest.raises(AgreementError, match=f"no column {column}"):
            lake.read("admitted.visits", columns=[column])
    with pytest.raises(AgreementError, match="no column surname"):
        lake.read("admitted.visits", columns=["nhs", "surname"], named=["nhs"])
    with pytest.raises(AgreementError, match="no column surname"):
        lake.read("admitted.visits", columns=["nhs", "surname"], tokens="p")
    with pytest.raises(AgreementError, match="no column nhs"):
        lake.read("admitted.visits", columns=["nhs"], tokens="another")


def test_rows_are_whole_again_under_the_same_names_and_in_their_order(lake, put):
    data = apart(tokens=["p", "q"])
    version = put(data)
    assert version.columns == ["nhs", "age", "surname"]
    assert identifiers_of(version) == ("nhs", "surname")
    named = lake.read("admitted.visits", named=identifiers_of(version)).to_table()
    assert named.column_names == ["nhs", "age", "surname"]
    assert named.select(["nhs", "surname"]).equals(data.identifiers)
    assert named["age"].to_pylist() == list(range(ROWS))
    tokens = lake.read("admitted.visits", tokens="q").to_table()
    assert tokens.column_names == ["nhs", "age"]
    assert tokens["nhs"].to_pylist() == [f"q{n}" for n in range(ROWS)]
    both = lake.read("admitted.visits", named=["surname"], tokens="p").to_table()
    assert both.to_pylist()[7] == {"nhs": "p7", "age": 7, "surname": "S7"}


CELLS = st.tuples(
    st.text(max_size=4) | st.none(),
    st.integers(-3, 3) | st.none(),
    st.binary(max_size=3),
    st.booleans() | st.none(),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(rows=st.lists(CELLS, min_size=1, max_size=50), cut=st.integers(0, 50))
def test_apart_and_together_is_the_identity(lake, put, rows, cut):
    names, kinds = "abcd", (pa.string(), pa.int64(), pa.binary(), pa.bool_())
    table = pa.table(
        {name: pa.array([row[n] for row in rows], kinds[n]) for n, name in enumerate(names)}
    )
    table = pa.concat_tables([table.slice(0, cut), table.slice(cut)])  # in two chunks
    held = Apart(table.select(["b"]), tuple(names), table.select(["a", "c", "d"]))
    put(held, table="admitted.any")
    found = lake.read("admitted.any", named="acd")
    assert found.to_table().equals(table)


def test_the_order_of_identifiers_says_nothing(lake, put):
    version = put(apart())
    (part,) = (one for one in version.parts if one["side"] == "identifiers")
    key = sealing.of_part(lake.home, "admitted.visits", part, where="")
    folder = lake.folder / "admitted" / "visits"
    stored = parts.dataset(folder, part, key, where="").to_table()["nhs"].to_pylist()
    places = np.array([int(number) for number in stored])
    assert sorted(places) == list(range(ROWS))
    related = spearmanr(places, np.arange(ROWS)).statistic
    assert abs(related) < 4 / np.sqrt(ROWS)  # four standard errors of no relation
    assert (places == np.arange(ROWS)).sum() < 12  # one is expected


def test_each_version_has_an_order_of_its_own_and_only_its_key_gives_it_back(lake, put):
    one, other = (
        next(part for part in put(apart(rows)).parts if part["side"] == "identifiers")
        for rows in (ROWS, ROWS + 1)
    )
    keys = [sealing.of_part(lake.home, "admitted.visits", part, where="") for part in (one, other)]
    orders = [sealing.secret_order(key, ROWS) for key in keys]
    assert (orders[0] == orders[1]).sum() < 12
    assert (sealing.secret_order(keys[0], ROWS) == orders[0]).all()
    back = sealing.back_again(orders[0])
    assert (orders[0][back] == np.arange(ROWS)).all()


def test_the_order_is_that_of_numbers_drawn_by_aes():
    """Block by block, as SP 800-38A has it: if it came out otherwise, the rows would be lost."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    key = sealing.PartKey("", "", b"", bytes(32), bytes(range(32)))
    block = Cipher(algorithms.AES(key.order), modes.ECB()).encryptor()  # noqa: S305 - one block
    drawn = b"".join(block.update(count.to_bytes(16, "big")) for count in range(500))
    numbers = [int.from_bytes(drawn[at : at + 8], "little") for at in range(0, 8_000, 8)]
    assert sealing.secret_order(key, 1_000).tolist() == sorted(
        range(1_000), key=numbers.__getitem__
    )


def test_tokens_have_the_order_of_the_rows_and_say_which_key_made_them(put):
    version = put(apart(tokens=["p"]))
    assert {one["side"]: one["made_with"] for one in version.parts} == {
        "attributes": "",
        "identifiers": "",
        "tokens p": f"{'p':0>16}",
    }


def test_what_only_tokens_may_know_is_not_written_otherwise(lake, put):
    whole = apart(tokens=["p"])
    put(Apart(whole.attributes, ("nhs", "age"), None, whole.tokens))
    assert [part["side"] for part in lake.version("admitted.visits").parts] == [
        "attributes",
        "tokens p",
    ]
    assert "identifiers admitted.visits" not in keyring.names(lake.home)
    with pytest.raises(AgreementError, match="no column nhs"):
        lake.read("admitted.visits", columns=["nhs"], named=["nhs"])


def test_a_table_of_identifiers_alone_has_rows_for_who_may_not_read_them(lake, put):
    whole = apart(5)
    put(Apart(whole.attributes.select([]), ("nhs", "surname"), whole.identifiers))
    assert lake.read("admitted.visits", columns=[]).count_rows() == 5
    assert lake.read("admitted.visits", named=["nhs"]).to_table()["nhs"].to_pylist() == [
        f"{n:010}" for n in range(5)
    ]


def test_sides_that_do_not_fit_are_refused(lake, put):
    whole = apart(5)
    for wrong in (
        Apart(whole.attributes.slice(1), whole.columns, whole.identifiers),
        Apart(whole.attributes, ("nhs", "age"), whole.identifiers),
        Apart(whole.attributes, whole.columns),
    ):
        with pytest.raises(MethodError, match="sides"):
            put(wrong)
    assert not lake.folder.exists()


def test_the_same_rows_in_other_sides_are_another_version(put):
    whole = apart(5, tokens=["p"])
    named = Apart(whole.attributes, whole.columns, whole.identifiers)
    assert [put(one).number for one in (named, whole, named, named)] == [1, 2, 3, 3]


def test_the_engine_reads_sides_brought_together(lake, put):
    put(apart(tokens=["p"]))
    data = lake.read("admitted.visits", columns=["age", "nhs"], tokens="p")
    with engine({"admitted.visits": Granted(data, ("nhs", "age"))}) as connection:
        found = connection.sql("select nhs, age from admitted.visits where age > 2997 order by age")
        assert found.fetchall() == [("p2998", 2998), ("p2999", 2999)]


def test_attributes_alone_are_read_as_they_are_asked_for(lake, put):
    rows = parts.ROWS_PER_GROUP * 20
    numbers = np.arange(rows)
    put(
        Apart(
            pa.table({"n": numbers, "m": numbers}),
            ("n", "m", "who"),
            pa.table({"who": numbers}),
        )
    )
    before = pa.total_allocated_bytes()
    found = lake.read("admitted.visits", columns=["m"])
    assert pa.total_allocated_bytes() - before < rows
    assert (found.schema.names, found.count_rows()) == (["m"], rows)
