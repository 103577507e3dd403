"""Columns as the town's partners send them: their headings, and cells of the right look."""

from collections.abc import Callable
from functools import partial
from itertools import count

import numpy as np

Cells = Callable[[np.random.Generator, int], list[str]]
SURNAMES = ("Smith", "van der Berg", "García López", "O'Neill", "Okafor-Jones", "Ng", "Patel")
FORENAMES = ("Ada", "Mohammed", "Zoë", "Jean-Luc", "Oluwaseun", "Wei", "Bronwen", "Tom")
STREETS = ("High Street", "Church Lane", "Station Road", "Rope Walk", "Gasworks Yard")
NOTES = ("Damp in the back room", "No heating since May", "Noise at night", "Stairs not lit")
REASONS = ("Fall", "Chest pain", "Burn", "Breathing", "Head injury")


def pick(*words: str) -> Cells:
    return lambda rng, rows: [str(word) for word in rng.choice(words, rows)]


def reference(letters: str = "", digits: int = 7) -> Cells:
    return lambda rng, rows: [
        f"{letters}{number:0{digits}}"
        for number in 1_000 + rng.choice(9 * rows, rows, replace=False)
    ]


def whole(low: int, high: int) -> Cells:
    return lambda rng, rows: [str(number) for number in rng.integers(low, high, rows)]


def pounds(high: float, pattern: str = "{:,.2f}") -> Cells:
    return lambda rng, rows: [pattern.format(amount) for amount in rng.uniform(0, high, rows)]


def day(pattern: str = "%Y-%m-%d", first: str = "2019-01-01", days: int = 2_400) -> Cells:
    def cells(rng, rows):
        drawn = np.datetime64(first) + rng.integers(0, days, rows)
        return [moment.strftime(pattern) for moment in drawn.astype(object)]

    return cells


def serial(rng: np.random.Generator, rows: int) -> list[str]:
    return [str(number) for number in rng.integers(44_000, 46_000, rows)]


def birth(pattern: str) -> Cells:
    return day(pattern, "1935-01-01", 29_000)


def uprn(rng: np.random.Generator, rows: int, *, pattern: str = "{:012}") -> list[str]:
    return [pattern.format(number) for number in rng.integers(999_000_000, 999_999_999, rows)]


def postcode(rng: np.random.Generator, rows: int) -> list[str]:
    outer, inner = rng.integers(1, 30, rows), rng.integers(1, 9, rows)
    last = rng.choice(["AB", "BD", "EF", "GH"], rows)
    return [f"ZT{a} {b}{c}" for a, b, c in zip(outer, inner, last, strict=True)]


def address(rng: np.random.Generator, rows: int) -> list[str]:
    numbers, streets = rng.integers(1, 200, rows), rng.choice(STREETS, rows)
    return [f"{number} {street}" for number, street in zip(numbers, streets, strict=True)]


def person(rng: np.random.Generator, rows: int) -> list[str]:
    pairs = zip(rng.choice(SURNAMES, rows), rng.choice(FORENAMES, rows), strict=True)
    return [f"{surname}, {forename}" for surname, forename in pairs]


def business(rng: np.random.Generator, rows: int) -> list[str]:
    pairs = zip(rng.choice(SURNAMES, rows), rng.choice(["Foods Ltd", "& Sons"], rows), strict=True)
    return [f"{name} {kind}" for name, kind in pairs]


def nhs(rng: np.random.Generator, rows: int) -> list[str]:
    found = []
    for first in count(900_000_000 + int(rng.integers(1, 10**6))):
        digits = [int(digit) for digit in str(first)]
        check = -sum((10 - place) * digit for place, digit in enumerate(digits)) % 11
        if check < 10:
            found.append(f"{first}{check}")
        if len(found) == rows:
            return found
    return found


def nino(rng: np.random.Generator, rows: int) -> list[str]:
    start, end = rng.choice(["MW", "NC", "PY", "PZ", "CR"], rows), rng.choice(list("ABCD"), rows)
    middle = rng.integers(100_000, 999_999, rows)
    return [f"{a}{b}{c}" for a, b, c in zip(start, middle, end, strict=True)]


def upn(rng: np.random.Generator, rows: int) -> list[str]:
    return [f"A0004001{number:05}" for number in rng.integers(10_000, 99_999, rows)]


def token(rng: np.random.Generator, rows: int) -> list[str]:
    return [rng.bytes(16).hex() for _ in range(rows)]


def blank(cells: Cells, share: float) -> Cells:
    def made(rng, rows):
        kept = zip(cells(rng, rows), rng.random(rows) < share, strict=True)
        return ["" if empty else cell for cell, empty in kept]

    return made


company = reference("99", 6)
surname, forename = pick(*SURNAMES), pick(*FORENAMES)
output_area = reference("T", 8)
easting = partial(lambda rng, rows: [f"{at:.1f}" for at in rng.uniform(600e3, 609e3, rows)])
northing = partial(lambda rng, rows: [f"{at:.1f}" for at in rng.uniform(500e3, 509e3, rows)])
float_uprn = partial(uprn, pattern="{}.0")
packed, seen = day("%Y%m%d"), {"ref": reference("", 5), "initials": pick("AB", "CD", "J S")}
UNSEEN: dict[str, Cells] = {
    **seen,
    "forename": forename,
    "surname": surname,
    "birth_date": birth("%Y-%m-%d"),
    "sex": pick("F", "M"),
    "first_seen": day(),
}

TOWN: dict[str, dict[str, Cells]] = {
    "council_tax": {
        "Account Ref": reference("", 8),
        "UPRN": uprn,
        "Address 1": address,
        "Address 2": blank(pick("Old Town", "Quay"), 0.5),
        "Address 3": pick("Ambleford"),
        "Post Code": postcode,
        "Band": pick(*"ABCDEFGH"),
        "Title": pick("Mr", "Mrs", "Ms", "Dr"),
        "Forename": forename,
        "Surname": surname,
        "Start Date": day("%d/%m/%Y"),
        "Liable Adults": whole(1, 5),
        "Discount": blank(pick("SPD", "EXEMPT N", "EXEMPT U"), 0.5),
        "Arrears": pounds(3_000),
        "Landlord Address": pick("Y", "N"),
    },
    "business_rates": {
        "Account": reference("", 8),
        "Liable Name": business,
        "Trading Name": business,
        "Company No": company,
        "Address": address,
        "Postcode": postcode,
        "UPRN": uprn,
        "Description": pick("Shop and premises", "Office", "Workshop", "Public house"),
        "Rateable Value": whole(2_000, 90_000),
        "Liable From": day("%d-%b-%Y"),
    },
    "hmo_licences": {
        "Licence / Number": reference("HMO", 5),
        "Licence / Granted": day("%Y-%m-%dT00:00:00"),
        "Licence / Expires": day("%Y-%m-%dT00:00:00", "2024-01-01"),
        "Property / UPRN": partial(uprn, pattern="{}"),
        "Property / Address": address,
        "Property / Postcode": postcode,
        "Holder / Name": person,
        "Holder / Company No": blank(company, 0.6),
    },
    "housing_inspections": {
        "Case No": reference("I", 6),
        "Inspected On": serial,
        "UPRN": uprn,
        "Address": address,
        "Postcode": postcode,
        "Reason": pick("Complaint", "Proactive", "Licence"),
        "Officer": pick("J Bloggs", "A Person", "K Officer"),
        "Finding": pick("Unlicensed HMO", "Category 1 hazard", "No issue"),
        "Hazards": whole(0, 6),
    },
    "housing_complaints": {
        "Ref": reference("C", 6),
        "Received": day("%Y-%m-%dT00:00:00"),
        "UPRN": blank(uprn, 0.4),
        "Address": address,
        "Postcode": postcode,
        "Category": pick("Disrepair", "Overcrowding", "Noise", "Rubbish"),
        "Details": pick(*NOTES),
    },
    "school_census": {
        "@estab": pick("4001", "4002", "4003"),
        "UPN": upn,
        "Surname": surname,
        "Forename": forename,
        "BirthDate": day("%Y-%m-%d", "2008-01-01", 4_500),
        "Gender": pick("F", "M"),
        "Ethnicity": pick("WBRI", "AIND", "BAFR", "MOTH"),
        "FSM": pick("0", "1"),
        "YearGroup": pick(*"R123456789"),
        "SessionsPossible": whole(150, 190),
        "SessionsMissed": whole(0, 40),
        "AddressLine": address,
        "Postcode": postcode,
    },
    "police_incidents": {
        "incident_id": token,
        "reported_at": day("%Y-%m-%dT%H:%M:05"),
        "category": pick("Burglary", "Anti-social behaviour", "Violence", "Vehicle crime"),
        "easting": easting,
        "northing": northing,
        "output_area": output_area,
    },
    "fire_incidents": {
        "Incident No": reference("F", 6),
        "Date": day("%d/%m/%Y"),
        "Time": lambda rng, rows: [
            f"{n // 60:02}:{n % 60:02}" for n in rng.integers(0, 1440, rows)
        ],
        "Type": pick("Dwelling fire", "False alarm", "Special service"),
        "Dwelling Type": pick("House", "Flat", "HMO", "None"),
        "Address": address,
        "Postcode": postcode,
        "UPRN": float_uprn,
        "Casualties": whole(0, 3),
        "Easting": easting,
        "Northing": northing,
    },
    "home_safety_visits": {
        "Visit Ref": reference("V", 6),
        "Visited On": day("%d/%m/%Y"),
        "Forename": forename,
        "Surname": surname,
        "DOB": birth("%d/%m/%Y"),
        "Address": address,
        "Postcode": postcode,
        "UPRN": uprn,
        "Outcome": pick("Visited", "Refused", "No access"),
        "Alarms Fitted": whole(0, 4),
        "Referred": blank(pick("Social care", "Falls team"), 0.7),
    },
    "gp_registrations": {
        "NHS_NUMBER": nhs,
        "FAMILY_NAME": surname,
        "GIVEN_NAME": forename,
        "BIRTH_DATE": birth("%Y%m%d"),
        "SEX": pick("1", "2"),
        "ADDRESS": address,
        "POSTCODE": postcode,
        "UPRN": uprn,
        "PRACTICE": pick("P81001", "P81002", "P81003"),
        "REGISTERED_ON": packed,
    },
    "gp_tokens": {
        "PERSON_TOKEN": token,
        "BIRTH_YEAR": whole(1935, 2024),
        "SEX": pick("1", "2"),
        "OUTPUT_AREA": output_area,
        "HOME_TOKEN": token,
        "PRACTICE": pick("P81001", "P81002", "P81003"),
        "REGISTERED_ON": packed,
    },
    "ae_attendances": {
        "ATTENDANCE_ID": reference("", 9),
        "NHS_NUMBER": nhs,
        "ARRIVED_ON": packed,
        "AGE": whole(0, 99),
        "REASON": pick(*REASONS),
    },
    "ae_tokens": {
        "ATTENDANCE_ID": reference("", 9),
        "PERSON_TOKEN": token,
        "ARRIVED_ON": packed,
        "AGE": whole(0, 99),
        "REASON": pick(*REASONS),
    },
    "housing_repairs": {
        "job": reference("R", 7),
        "uprn": float_uprn,
        "tenant.name": person,
        "tenant.phone": lambda rng, rows: [f"01632 960{n}" for n in rng.integers(100, 999, rows)],
        "reported": day(),
        "trade": pick("Plumbing", "Electrical", "Roofing"),
        "priority": pick("Emergency", "Urgent", "Routine"),
        "completed": blank(day(), 0.2),
    },
    "regulator_visits": {
        "Visit Ref": reference("RV", 6),
        "Regulator": pick("Food", "Fire safety", "Trading standards", "Environment"),
        "Business Name": business,
        "Company No": blank(company, 0.3),
        "Address": address,
        "Postcode": postcode,
        "Visited On": day("%Y-%m-%dT00:00:00"),
        "Result": pick("Compliant", "Advice", "Enforcement"),
    },
    "outreach_contacts": UNSEEN,
    "hostel_stays": UNSEEN,
    "homelessness_applications": UNSEEN,
    "gazetteer": {
        "UPRN": uprn,
        "PARENT_UPRN": blank(uprn, 0.8),
        "SAO": blank(pick("FLAT 1", "FLAT 2", "FLAT 3"), 0.7),
        "PAO": whole(1, 200),
        "STREET": pick(*STREETS),
        "TOWN": pick("AMBLEFORD"),
        "POSTCODE": postcode,
        "EASTING": easting,
        "NORTHING": northing,
        "LATITUDE": pounds(0.1, "{:.6f}"),
        "LONGITUDE": pounds(0.1, "{:.6f}"),
        "CLASS": pick("RD02", "RD04", "CR08"),
        "OUTPUT_AREA": output_area,
        "FIRST_DATE": day(),
    },
    "areas": {
        "OUTPUT_AREA": output_area,
        "LSOA": reference("T", 8),
        "WARD": reference("T", 8),
        "WARD_NAME": pick("Old Town", "Quayside", "Gasworks", "Mill Hill"),
        "DEPRIVATION_DECILE": whole(1, 11),
        "SELECTIVE_LICENSING_FROM": blank(pick("2024-04-01"), 0.5),
    },
    "bank_holidays": {"DAY": day(), "NAME": pick("Easter Monday", "Boxing Day", "New Year's Day")},
    "housing_benefit": {
        "claim": reference("HB", 8),
        "nino": nino,
        "surname": surname,
        "forename": forename,
        "birth_date": birth("%d%m%Y"),
        "sex": pick("F", "M"),
        "address": address,
        "postcode": postcode,
        "uprn": uprn,
        "weekly_award": pounds(300, "{:08.2f}"),
        "claim_start": day("%d%m%Y"),
        "tenure": pick("PR", "SO"),
        "household_size": lambda rng, rows: [f"{n:02}" for n in rng.integers(1, 8, rows)],
        "weekly_income": pounds(900, "{:08.2f}"),
    },
}


def drawn(name: str, rows: int = 60, seed: int = 7) -> dict[str, list[str]]:
    """The columns of one extract, drawn from a seed."""
    rng = np.random.default_rng(seed)
    return {column: cells(rng, rows) for column, cells in TOWN[name].items()}
