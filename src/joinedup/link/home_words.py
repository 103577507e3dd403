"""What do all tables say, word by word: who, where, from when to when, and tied to whom?"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations

import pyarrow as pa

from joinedup.link import dates, families
from joinedup.link.families import Account, Person
from joinedup.link.home_columns import BENEFIT, CARE, TAX
from joinedup.link.standard import SHORTER, each, standard, texts_of, words
from joinedup.link.stays import BEGINNING, OPEN, Word

EPOCH = date(1970, 1, 1).toordinal()
DAY_DIGITS = 8
TIED = {TAX: families.COUNCIL_TAX, BENEFIT: families.CLAIM, CARE: families.RELATION}
MOST_TIED = 30
"""Persons of one reference; one that more share is no family's."""
Texts = list[str | None]
Rows = dict[tuple[int, int, int | None, int | None], list[int]]
ROLES = ("surname", "full_name", "group", "adults", "related")


@dataclass(frozen=True, slots=True)
class Said:
    """One table.

    Attributes:
        columns: role to column.
        kind: of source.
        person: who each row is of, shape (rows,); None where nobody is named.
    """

    data: pa.Table
    columns: Mapping[str, str]
    kind: str
    person: Texts


@dataclass(slots=True)
class Known:
    """Everything that all tables say.

    Attributes:
        names: of the persons, by number; `homes` likewise.
        words: of each person.
        ties: home and two persons to a rule; home -1 for a tie that holds at every home.
        accounts: of each home.
        latest: the last day that any table speaks of.
    """

    names: dict[str, int] = field(default_factory=dict)
    homes: dict[str, int] = field(default_factory=dict)
    words: dict[int, list[Word]] = field(default_factory=dict)
    people: dict[int, Person] = field(default_factory=dict)
    ties: dict[tuple[int, int, int], str] = field(default_factory=dict)
    accounts: dict[int, list[Account]] = field(default_factory=dict)
    latest: int = BEGINNING


def known_of(tables: Mapping[str, Said]) -> Known:
    """All tables as words, homes as UPRNs where any table knows the UPRN of an address."""
    known = Known()
    read = {name: _cells(said) for name, said in tables.items()}
    numbers = _uprns(read.values())
    for source, (name, said) in enumerate(tables.items()):
        cells = read[name]
        homes = [
            uprn or numbers.get(address or "", address)
            for uprn, address in zip(cells["home"], cells["address"], strict=True)
        ]
        _take(known, said, source, homes)
    return known


def days(texts: pa.Array) -> list[int | None]:
    """Each date as days since 1970; None where there is none."""
    found: list[int | None] = []
    for text in dates.plain(texts).to_pylist():
        whole = text if text and len(text) == DAY_DIGITS else ""
        try:
            parts = int(whole[:4]), int(whole[4:6]), int(whole[6:])
            found.append(date(*parts).toordinal() - EPOCH)
        except ValueError:
            found.append(None)
    return found


def parts_of(surname: str) -> frozenset[str]:
    """Parts of a surname that a family may share, without endings that tell the sex.

    >>> sorted(parts_of("Kowalska")), sorted(parts_of("Smith-O'Brien")), sorted(parts_of("Petrova"))
    (['kowalsk'], ['obrien', 'smith'], ['petrov'])
    """
    found = [word for word in words(surname.replace("-", " ")) if len(word) > 2]  # noqa: PLR2004 - particles
    plain = [re.sub(r"(?<=sk|ck)[aiy]$|(?<=[oe]v)a$", "", word) for word in found]
    return frozenset(plain) or frozenset(words(surname))


def _cells(said: Said) -> dict[str, Texts]:
    """The home of each row as UPRN (or the table's own reference), and as an address."""
    columns, rows = said.columns, said.data.num_rows
    nothing: Texts = [None] * rows
    home = list(nothing)
    if "uprn" in columns:
        home = standard(said.data, {"uprn": columns["uprn"]})["uprn"].to_pylist()
    elif "home" in columns:
        home = texts_of(said.data[columns["home"]]).to_pylist()
    address = list(nothing)
    if "address" in columns:
        lines = each(texts_of(said.data[columns["address"]]), _line).to_pylist()
        codes = nothing
        if "postcode" in columns:
            codes = standard(said.data, {"postcode": columns["postcode"]})["postcode"].to_pylist()
        address = [
            f"{line}, {code or ''}".rstrip(", ") if line else None
            for line, code in zip(lines, codes, strict=True)
        ]
    return {"home": home, "address": address}


def _line(text: str) -> str:
    return " ".join(SHORTER.get(word, word) for word in words(text))


def _uprns(read: Iterable[Mapping[str, Texts]]) -> dict[str, str]:
    """The UPRN that each address has most often."""
    seen: dict[str, dict[str, int]] = {}
    for cells in read:
        for uprn, address in zip(cells["home"], cells["address"], strict=True):
            if uprn and address:
                counts = seen.setdefault(address, {})
                counts[uprn] = counts.get(uprn, 0) + 1
    return {
        address: max(sorted(counts), key=lambda uprn: counts[uprn])
        for address, counts in seen.items()
    }


def _take(known: Known, said: Said, source: int, homes: Texts) -> None:
    """What one table says, into what all say."""
    told = {role: _days(said, role) for role in ("from", "to", "seen", "birth_date")}
    texts = {role: _texts(said, role) for role in ROLES}
    rows: Rows = {}
    together: dict[tuple[str, int], set[int]] = {}
    for row, name in enumerate(said.person):
        if name is None:
            continue
        person = known.names.setdefault(name, len(known.names))
        _add_person(known, person, told["birth_date"][row], _surname(texts, row))
        if said.kind == CARE and texts["related"][row]:
            _add_relation(known, person, str(texts["related"][row]))
        home = homes[row]
        if home is None:
            continue
        place = known.homes.setdefault(home, len(known.homes))
        rows.setdefault((person, place, told["from"][row], told["to"][row]), []).append(row)
        group = texts["group"][row]
        if group is not None and said.kind in TIED:
            together.setdefault((group, place), set()).add(person)
        if said.kind == TAX:
            _add_account(known, place, person, told["from"][row], texts["adults"][row])
    _add_words(known, rows, told["seen"], source)
    for (_, place), persons in sorted(together.items()):
        if len(persons) <= MOST_TIED:
            for one, other in combinations(sorted(persons), 2):
                known.ties.setdefault((place, one, other), TIED[said.kind])


def _add_words(known: Known, rows: Rows, seen: list[int | None], source: int) -> None:
    newest = max((day for day in seen if day is not None), default=None)
    for (person, place, first, last), places in rows.items():
        mine = [day for row in places if (day := seen[row]) is not None]
        word = _word((person, place, source), (first, last), mine, newest)
        known.words.setdefault(person, []).append(word)
        said = [day for day in (first, last, *mine) if day is not None]
        known.latest = max([known.latest, *said])


def _add_relation(known: Known, person: int, related: str) -> None:
    other = known.names.setdefault(related, len(known.names))
    _add_person(known, other, None, None)
    known.ties[-1, min(person, other), max(person, other)] = families.RELATION


def _days(said: Said, role: str) -> list[int | None]:
    if role not in said.columns:
        return [None] * said.data.num_rows
    return days(texts_of(said.data[said.columns[role]]))


def _texts(said: Said, role: str) -> Texts:
    if role not in said.columns:
        return [None] * said.data.num_rows
    found: Texts = texts_of(said.data[said.columns[role]]).to_pylist()
    return found


def _word(
    who: tuple[int, int, int], told: tuple[int | None, int | None], seen: list[int],
    newest: int | None,
) -> Word:  # fmt: skip
    """A row, or the same row of several extracts: who is in no later one has left."""
    first, last = told
    gone = bool(seen) and newest is not None and max(seen) < newest
    if last is None and gone:
        last = max(seen) + 1
    begun = first if first is not None else min(seen, default=BEGINNING)
    news = first if first is not None else max(seen, default=BEGINNING)
    return Word(*who, begun, OPEN if last is None else last, news)


def _surname(texts: Mapping[str, Texts], row: int) -> str | None:
    whole = texts["full_name"][row]
    if texts["surname"][row] is None and whole:
        return whole.split(",")[0] if "," in whole else whole.split()[-1]
    return texts["surname"][row]


def _add_person(known: Known, person: int, born: int | None, surname: str | None) -> None:
    before = known.people.get(person, Person(None, frozenset()))
    names = before.names | (parts_of(surname) if surname else frozenset())
    known.people[person] = Person(before.born if before.born is not None else born, names)


def _add_account(
    known: Known, home: int, person: int, first: int | None, adults: str | None
) -> None:
    many = int(adults) if adults and adults.isdigit() else None
    account = Account(person, BEGINNING if first is None else first, many)
    accounts = known.accounts.setdefault(home, [])
    if account not in accounts:
        accounts.append(account)
        accounts.sort(key=lambda one: (one.first, one.person))
