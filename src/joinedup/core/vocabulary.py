"""The words of the house: partner, dataset, agreement, purpose, power, project.

Frozen records without behaviour beyond a question or two. The office folder is read into these;
`__pydantic_config__` refuses a key that no record knows, and costs no import.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, Literal

STRICT: Mapping[str, Any] = {"extra": "forbid"}

FieldType = Literal["text", "integer", "number", "date", "datetime", "boolean", "geometry"]
FieldRole = Literal[
    "identifier", "attribute", "date", "latitude", "longitude", "area", "staff", "outcome"
]
Format = Literal[
    "csv", "fixed", "geojson", "json", "jsonl", "ods", "parquet", "postgres", "xlsx", "xml"
]
Standard = Literal[
    "",
    "address",
    "birth_date",
    "company_number",
    "easting",
    "email",
    "forename",
    "full_name",
    "nhs_number",
    "nino",
    "northing",
    "phone",
    "postcode",
    "sex",
    "surname",
    "uprn",
    "upn",
]
PartyRole = Literal["controller", "joint controller", "processor"]
SCHEMAS = ("admitted", "linked", "defined", "derived")


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days from `starts` to `ends`, both included."""

    __pydantic_config__: ClassVar[Any] = STRICT
    starts: date
    ends: date

    def holds(self, day: date) -> bool:
        """Whether the day lies in the period."""
        return self.starts <= day <= self.ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """An organisation that takes part.

    Attributes:
        id: short name, the file's name.
        kind: council department, police, fire, NHS, regulator …
        controller: the data controller's legal name and how to reach its data protection officer.
        signatories: people who may sign for it.
        address: where a letter reaches it.
        role: what it is in law, where an agreement does not say otherwise.
        ico_registration: its number in the register of fee payers.
        dpo: its data protection officer, by role or name.
        dpo_contact: how to reach the data protection officer.
        representative: of a controller abroad; `none` where it needs none.
        complaints: where its own decisions about data are complained of.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    id: str
    name: str
    kind: str
    controller: str
    contact: str
    signatories: tuple[str, ...]
    address: str = ""
    role: PartyRole | Literal[""] = ""
    ico_registration: str = ""
    dpo: str = ""
    dpo_contact: str = ""
    representative: str = ""
    complaints: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a dataset, as the house knows it (the sender's own name stands in the layout).

    Attributes:
        role: `staff` marks the identity or group of a person who enforces or inspects;
            `outcome` marks what is known only after the event.
        sensitivity: 1 open, 2 personal, 3 special category or offence data.
        required: whether an empty cell is a mistake.
        standard: what the value is in the field's own terms, so that it can be checked: a UPRN, an
            NHS number with its check digit, a postcode.
        codes: the code list, where the field is coded; any other code is drift.
        not_special: why it holds no protected data, though its name or cells sound as if it did.
        token_of: what the sender made the tokens of, where the field holds keyed tokens.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    type: FieldType
    description: str
    role: FieldRole = "attribute"
    unit: str = ""
    sensitivity: Literal[1, 2, 3] = 1
    required: bool = False
    standard: Standard = ""
    codes: tuple[str, ...] = ()
    not_special: str = ""
    token_of: Standard = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How the sender's file says it.

    Attributes:
        file: the name of the file as delivered, `*` for any run of characters.
        rename: our field to the sender's column, where they differ.
        ignored: columns the sender's file holds that are not taken; never read.
        date_format: as `strptime`, for text dates; ISO 8601 if empty; `serial` for the day numbers
            of a spreadsheet (1 is 1 January 1900).
        other_date_formats: what the sender's file also writes; tried in this order, and counted.
        final_newline: whether the sender's system ends the last line; without it a file is cut off.
        quote: the character around fields that hold the delimiter (CSV).
        sheet: the sheet of a workbook, `*` for any run of characters; sheets that match are read
            one after the other. The first if empty.
        skip_rows: title rows before the header.
        header_rows: rows the header takes; a merged heading is carried over its columns and stands
            before theirs: `Property / UPRN`.
        footer_rows: rows after the last row of data, such as a total or a trailer record.
        record: the XML element that is one row, or the dotted path to the list of rows in JSON.
        widths: column to its first and last position in a line, from 1 (fixed width).
        crs: of the coordinates, such as `EPSG:27700` (GeoJSON); what the file says if empty.
        connection: name of the environment variable that holds the database's address (PostgreSQL).
        query: the SELECT that gives the rows (PostgreSQL).
        most_rejected: the share of rows, 0 to 1, that may be rejected before the file is refused.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    format: Format
    file: str
    rename: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    encoding: str = "utf-8"
    delimiter: str = ","
    date_format: str = ""
    other_date_formats: tuple[str, ...] = ()
    quote: str = '"'
    sheet: str = ""
    skip_rows: int = 0
    header_rows: int = 1
    footer_rows: int = 0
    final_newline: bool = True
    record: str = ""
    widths: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    crs: str = ""
    connection: str = ""
    query: str = ""
    most_rejected: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """What a partner promises to deliver.

    Attributes:
        grain: one row per …, in words.
        key: the fields that together name a row; no two rows share them.
        fields: field name to Field, every field the partner could send us.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    id: str
    partner: str
    title: str
    grain: str
    key: tuple[str, ...]
    fields: Mapping[str, Field]
    layout: Layout

    def sender_column(self, name: str) -> str:
        """The sender's own name for one of our fields."""
        return self.layout.rename.get(name, name)


@dataclass(frozen=True, slots=True)
class Area:
    """A published area: its code and its name."""

    code: str
    name: str
