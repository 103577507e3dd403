"""People with canary names, and keys, for the tests of pseudonyms."""

from datetime import date

import pyarrow as pa

from joinedup.core.vocabulary import Dataset, Field, Layout
from joinedup.govern.pseudonyms.keys import KEY_BYTES, Key, key_id

CANARIES = ("Zebedee-Canary", "Quillfeather", "9434765919", "Canary Lane")


def key(seed=1, *, project="homes", purpose="safety"):
    secret = bytes([seed]) * KEY_BYTES
    return Key(project, purpose, key_id(secret), secret)


def people(**fields):
    """A dataset of people: three identifiers, a place, free text, and what is left to know."""
    return Dataset(
        id="people",
        partner="health",
        title="People",
        grain="one row per person",
        key=("reference",),
        layout=Layout(format="csv", file="people.csv"),
        fields={
            "reference": Field(type="text", description="Number on this list."),
            "nhs": Field(type="text", description="NHS.", standard="nhs_number"),
            "surname": Field(type="text", description="Surname.", standard="surname"),
            "born": Field(type="date", description="Birth.", standard="birth_date"),
            "latitude": Field(type="number", description="Where.", role="latitude"),
            "note": Field(type="text", description="What was said."),
            "age": Field(type="integer", description="Age."),
            "band": Field(type="text", description="Band.", codes=("A", "B")),
            **fields,
        },
    )


def rows():
    return pa.table(
        {
            "reference": ["R1", "R2", "R3"],
            "nhs": ["943 476 5919", "9434765919", None],
            "surname": ["Zebedee-Canary", "ZEBEDEE CANARY", "Quillfeather"],
            "born": [date(1980, 5, 17), date(1980, 5, 17), None],
            "latitude": [51.5, 51.6, None],
            "note": ["of Canary Lane", None, "of Canary Lane"],
            "age": [45, 45, None],
            "band": ["A", "B", "A"],
        }
    )
