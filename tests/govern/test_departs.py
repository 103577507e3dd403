"""Does what leaves a partner say nothing of who it is about?"""

import pyarrow as pa
import pytest
from secret_rows import CANARIES, key, people, rows

from joinedup.core.errors import DeliveryError
from joinedup.core.identifiers import nhs_check_digit
from joinedup.core.vocabulary import Field
from joinedup.govern.pseudonyms.departs import depart

CANARY = "Zebedee-Canary"


def of(**columns):
    return (
        rows()
        .select(["reference"])
        .append_column(*next((name, pa.array(cells)) for name, cells in columns.items()))
    )


def test_identifiers_leave_as_tokens_attributes_as_they_are_and_nothing_else():
    gone = depart(rows(), people(), key())
    assert gone.table.column_names == ["reference", "nhs", "surname", "born", "age", "band"]
    assert gone.tokens == ("reference", "nhs", "surname", "born")
    assert gone.kept == ("age", "band")
    assert gone.emptied == {}
    assert not any(canary in str(gone.table.to_pylist()) for canary in CANARIES)
    tokens = gone.table["surname"].drop_null().to_pylist()
    assert len(tokens) == 3
    assert len(set(tokens)) == 2


def test_rows_leave_in_the_order_of_their_tokens():
    gone = depart(rows(), people(), key())
    order = gone.table["reference"].to_pylist()
    assert order == sorted(order)
    backwards = rows().take([2, 1, 0])
    assert depart(backwards, people(), key()).table.equals(gone.table)


@pytest.mark.parametrize(
    ("name", "field", "good"),
    [
        ("band", Field(type="text", description="Band.", codes=("A", "B")), ["A", "B"]),
        ("sex", Field(type="text", description="Sex.", standard="sex"), ["F", "male"]),
        ("ward", Field(type="text", description="Ward.", role="area"), ["E05000001", "T05000002"]),
    ],
)
def test_a_name_among_the_codes_is_emptied_and_counted(name, field, good):
    dataset = people(**{name: field})
    gone = depart(of(**{name: [*good, CANARY]}), dataset, key())
    assert sorted(gone.table[name].drop_null().to_pylist()) == sorted(good)
    assert gone.emptied == {name: 1}


def test_a_name_that_no_row_uses_does_not_leave_in_a_dictionary():
    band = pa.DictionaryArray.from_arrays(pa.array([0, 1, 0]), pa.array(["A", "B", CANARY]))
    gone = depart(of(band=band), people(), key())
    assert gone.table.schema.field("band").type == pa.string()


def test_numbers_that_look_like_nhs_numbers_stop_the_file_without_being_told():
    nines = [900_000_001 + 7 * n for n in range(40)]
    numbers = [int(f"{n}{nhs_check_digit(str(n))}") for n in nines if nhs_check_digit(str(n))]
    for kind in ("integer", "number"):
        dataset = people(patient=Field(type=kind, description="Number."))
        column = pa.array(numbers, pa.int64() if kind == "integer" else pa.float64())
        with pytest.raises(DeliveryError, match="look like NHS numbers") as told:
            depart(pa.table({"patient": column}), dataset, key())
        assert str(numbers[0]) not in str(told.value)


def test_numbers_that_are_nobodys_leave():
    dataset = people(pence=Field(type="integer", description="Owed, in pence."))
    gone = depart(of(pence=[1_000_000_001, 1_000_000_002, 17]), dataset, key())
    assert sorted(gone.table["pence"].to_pylist()) == [17, 1_000_000_001, 1_000_000_002]
