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
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    id: str
    name: str
    kind: str
    controller: str
    contact: str
    signatories: tuple[str, ...]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """The statutory or common-law power a party shares under, and its lawful basis.

    Attributes:
        citation: the act and section.
        lawful_basis: the article relied on, such as `6(1)(e)`; empty where the law has none.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    party: str
    citation: str
    lawful_basis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Who may use which fields of whose data, for what, and until when.

    In force only while every party has signed the digest of the file as it is, in its period.

    Attributes:
        covers: dataset to the fields that may be taken; no other ever reaches the disk.
        recipients: the organisations whose staff may see results.
        retention_days: how long admitted rows are kept.
        clauses: clause number to its text.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    id: str
    title: str
    parties: tuple[str, ...]
    purpose: str
    purpose_text: str
    powers: tuple[Power, ...]
    covers: Mapping[str, tuple[str, ...]]
    recipients: tuple[str, ...]
    period: Period
    retention_days: int
    review: date
    clauses: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statements:
    """The four statements without which no project runs."""

    __pydantic_config__: ClassVar[Any] = STRICT
    problem: str
    action: str
    product: str
    data: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How the steps' results are told together.

    Attributes:
        lead: the step whose headline is the report's.
        beside: a step whose headline stands with the lead's, so that neither is read alone.
        reading: how to read the comparison, in words; the numbers come from the steps.
        compare: the steps that stand side by side, by the named `estimates`.
        sections: the steps told in full.
        lists: the sections whose lists of single people or premises are shown; of others only
            the groups are.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    lead: str
    beside: str = ""
    reading: str = ""
    compare: tuple[str, ...] = ()
    estimates: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A problem someone will act on.

    Attributes:
        outcome: the measure the project is judged by.
        baseline: what is done today, in words.
        capacity: how many cases can be worked in one period.
        capacity_unit: what `capacity` counts, such as `inspections per 60 days`.
        decision_owner: the role that decides.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    id: str
    title: str
    purpose: str
    agreements: tuple[str, ...]
    statements: Statements
    outcome: str
    baseline: str
    capacity: int
    capacity_unit: str
    decision_owner: str
    report: Report | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One method with its settings, for one purpose.

    Attributes:
        method: the method's name, `target.rank`.
        settings: what fills the method's Spec.
        writes: output table to the name it is kept under; `derived.<project>_<step>_<table>` if
            not said.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    id: str
    method: str
    purpose: str
    title: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    writes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeCard:
    """Who we are, and the rules of this house.

    Attributes:
        threshold: the smallest count that may be shown, in persons or premises.
        trial_methods: methods on trial that this office has switched on.
        example: an invented office; only such a one lets `demo` sign for its partners.
        idea_weights: criterion to its weight when ideas are ranked; 1 if not said.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    id: str
    name: str
    contact: str
    threshold: int = 10
    trial_methods: tuple[str, ...] = ()
    example: bool = False
    source_note: str = ""
    idea_weights: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Area:
    """A published area: its code and its name."""

    code: str
    name: str


CRITERIA: Mapping[str, str] = {
    "big_problem": "The problem is big: many people, much money, or grave harm.",
    "specific": "The problem is specific and well defined.",
    "within_control": "Somebody here can act on the answer, and would.",
    "measurable_soon": "A result can be measured within a few months.",
    "good_data": "Good data about it exist and can be had.",
    "together": "Working together adds what no body can do alone.",
    "ready": "The partner is committed and has people for it.",
}
"""What an idea is scored on, each from 0 (not at all) to 5 (fully)."""
BEST_SCORE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Idea:
    """A project somebody thought of, and what became of it.

    Attributes:
        scores: criterion to 0 to 5; one that is not scored counts 0 and is said.
        status: rejected ideas are kept, with their reason.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    id: str
    title: str
    problem: str
    proposed_by: str
    scores: Mapping[str, float] = field(default_factory=dict)
    status: Literal["open", "chosen", "rejected"] = "open"
    reason: str = ""
