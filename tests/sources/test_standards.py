"""Do whole columns get the answer that single texts get?"""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.core import identifiers as known
from joinedup.sources.fitness import standards

DIGITS = "0123456789"
SHAPES = {
    "nhs_number": r"[0-9]{3}[ -]?[0-9]{3} ?[0-9]{4}|[0-9]{8,11}",
    "nino": r"[A-Za-z]{2}[0-9 ]{6,7}[A-E]",
    "upn": r"[A-Z][0-9]{11}[0-9A-Z]",
    "uprn": r"[0-9]{1,13}|0{1,3}|[0-9]{3}\.0",
    "postcode": r"[A-Za-z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}|GIR 0AA",
    "company_number": r"[0-9]{6,9}|(SC|NI|OC|R0|XX|IP)[0-9]{5,6}[A-Z]?",
    "email": r"[a-z.]{1,4}@[a-z-]{1,4}(\.[a-z]{1,3})?",
    "phone": r"(\+44|0044|0)?[ (]?[0-9]{2,5}\)? ?[0-9]{6}",
}


def wrong(texts: list[str], standard) -> list[bool]:
    """Which texts have a defect that is more than a zero or a point."""
    rows = np.ones(len(texts), dtype=np.int64)
    found = standards.defects(pa.array(texts, pa.string()), rows, standard)
    return np.any([*found.values()], axis=0).tolist()


@pytest.mark.parametrize("standard", SHAPES)
def test_a_column_gets_the_answer_that_each_text_gets(standard):
    is_one = getattr(known, f"is_{standard}")

    @given(st.lists(st.from_regex(SHAPES[standard], fullmatch=True), min_size=1, unique=True))
    def agrees(texts):
        # Beside a UPRN that is filled up with zeros, shorter ones have lost theirs.
        texts = [text for text in texts if not (standard == "uprn" and len(text) == 12)]
        assert wrong(texts, standard) == [not is_one(text) for text in texts]

    agrees()


def test_right_check_digits_are_found_right():
    numbers = [
        f"{nine:09}{digit}"
        for nine in range(900_000_000, 900_000_400)
        if (digit := known.nhs_check_digit(str(nine))) is not None
    ]
    pupils = [known.upn_check_letter(f"{n:012}") + f"{n:012}" for n in range(400)]
    assert len(numbers) > 300
    assert not any(wrong(numbers, "nhs_number"))
    assert not any(wrong(pupils, "upn"))


def test_each_value_has_one_defect_at_most():
    texts = ["9434765918", "943", "9434765919", "9434765919.0"]
    found = standards.defects(pa.array(texts), np.ones(4, dtype=np.int64), "nhs_number")
    assert np.sum([*found.values()], axis=0).tolist() == [1, 1, 0, 1]


@pytest.mark.parametrize(
    "name",
    ["José", "François", "Łukasz", "Nguyễn", "SÃO", "ÂNGELA", "Ólafur", "Åse", "Ägidius", "Ø"],
)
def test_a_name_with_marks_is_no_mojibake(name):
    assert not standards.matches(pa.array([name]), standards.MOJIBAKE).any()


@pytest.mark.parametrize(
    ("name", "read_as"),
    [("José", "cp1252"), ("François", "latin-1"), ("Wałęsa", "cp1252"), ("O\u2019Brien", "cp1252")],
)
def test_utf_8_read_in_another_encoding_is_noticed(name, read_as):
    garbled = name.encode("utf-8").decode(read_as)
    assert standards.matches(pa.array([garbled]), standards.MOJIBAKE).all()


@pytest.mark.parametrize("name", ["Na", "Baby", "Void", "O'Neil", "van der Berg", "Smith-Jones"])
def test_an_unusual_name_is_a_name(name):
    assert not any(wrong([name], "surname"))
