"""An invented register of people with every defect planted, each in a place one can point at."""

from datetime import date

import pyarrow as pa

from joinedup.core.vocabulary import Dataset, Field, Layout

TODAY = date(2026, 9, 30)


def field(kind="text", **more) -> Field:
    return Field(type=kind, description="Invented.", **more)


PEOPLE = Dataset(
    id="people",
    partner="council",
    title="People",
    grain="one row per person",
    key=("ref",),
    layout=Layout(format="csv", file="*.csv"),
    fields={
        "ref": field(required=True),
        "nhs": field(standard="nhs_number"),
        "nino": field(standard="nino"),
        "upn": field(standard="upn"),
        "uprn": field(standard="uprn"),
        "postcode": field(standard="postcode"),
        "company": field(standard="company_number"),
        "email": field(standard="email"),
        "phone": field(standard="phone"),
        "forename": field(standard="forename"),
        "surname": field(standard="surname"),
        "born": field("date", standard="birth_date"),
        "seen": field("date", role="date"),
        "address": field(standard="address"),
        "sex": field(codes=("M", "F")),
        "easting": field("number", standard="easting"),
    },
)

ROWS = 30
RIGHT = {
    "nhs": "9434765919",
    "nino": "MW123456A",
    "upn": "B801200005001",
    "uprn": "0999000123",
    "postcode": "ZT1 4AB",
    "company": "99123456",
    "email": "a.clerk@example.org",
    "phone": "01632 960123",
    "address": "1 Invented Street",
    "sex": "F",
    "easting": 600_000.0,
    "seen": date(2026, 3, 2),
}

# Field to the values that stand in its first rows, and what they are.
PLANTED = {
    "nhs": (
        ("9434765918", "bad check digit"),
        ("943 476 5910", "bad check digit"),
        ("943476591", "wrong pattern"),
        ("9434765919.0", "written as float"),
        (None, "empty"),
    ),
    "nino": (("QQ123456C", "wrong pattern"), ("GB123456A", "wrong pattern")),
    "upn": (("A801200005001", "bad check digit"), ("S801200005001", "wrong pattern")),
    "uprn": (
        ("999000123.0", "written as float"),
        ("9.99E+08", "written as float"),
        ("999000123", "leading zeros lost"),
        ("99900A123", "wrong pattern"),
        ("000000000000", "wrong pattern"),
    ),
    "postcode": (
        ("ZT1 4A", "wrong pattern"),
        ("ZT14 ABC", "wrong pattern"),
        ("zt14ab", None),
        ("GIR 0AA", None),
    ),
    "company": (
        ("445790", "leading zeros lost"),
        ("XX123456", "wrong pattern"),
        ("SC234456", None),
    ),
    "email": (("a.clerk@example", "wrong pattern"), ("none", "wrong pattern")),
    "phone": (("960123", "wrong pattern"), ("1632960123", "leading zeros lost")),
    "forename": (
        ("TEST", "placeholder"),
        ("J", "single letter"),
        ("Ann3", "digits in a name"),
        ("Ann*", "punctuation in a name"),
        ("ZoÃ«", "mojibake"),
        ("Mary  Jane", "stray spaces"),
        ("ANN", "other capitals"),
        ("Anne-Marie", None),
    ),
    "surname": (
        ("UNKNOWN", "placeholder"),
        ("-", "placeholder"),
        ("n/a", "placeholder"),
        ("O\u2019Brien", None),
        ("al-Hadid", None),
        ("Null1", "digits in a name"),
    ),
    "born": (
        (date(1900, 1, 1), "default date"),
        (date(9999, 12, 31), "default date"),
        (date(2030, 5, 5), "future date"),
        (date(1880, 5, 5), "date before 1890"),
        (date(2026, 4, 4), "birth after event"),
        (date(1951, 1, 1), "1 January excess"),
        (date(1962, 1, 1), "1 January excess"),
        (date(1970, 1, 1), "1 January excess"),
        (date(1983, 1, 1), "1 January excess"),
    ),
    "seen": ((date(1970, 1, 1), "default date"), (date(2026, 10, 1), "future date")),
    "sex": (("X", "code not in the list"),),
    "easting": ((-1.0, "outside the grid"), (700_001.0, "outside the grid"), (None, "empty")),
}


def rows() -> list[dict]:
    """Thirty rows; in row n of a field stands the n-th planted value, else what is right."""
    made = [
        RIGHT
        | {
            "ref": f"R{n:03}",
            "uprn": f"{999000123 + n:012}",
            "forename": "Ann",
            "surname": "Bell" + "abcdefghijklmnopqrstuvwxyzabcd"[n] * (1 + n // 26),
            "born": date(1950 + n, 6, 15),
        }
        for n in range(ROWS)
    ]
    for name, values in PLANTED.items():
        for n, (value, _) in enumerate(values):
            made[n][name] = value
    return made


def table(rows) -> pa.Table:
    kinds = {"date": pa.date32(), "number": pa.float64(), "text": pa.string()}
    return pa.table(
        {
            name: pa.array([row[name] for row in rows], kinds[field.type])
            for name, field in PEOPLE.fields.items()
        }
    )


def planted(name: str) -> dict[str, int]:
    """The defects of a field, as they were put there."""
    counts: dict[str, int] = {}
    for _, defect in PLANTED.get(name, ()):
        if defect and defect != "empty":
            counts[defect] = counts.get(defect, 0) + 1
    return counts
