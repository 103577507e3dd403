"""What do the health bodies send? Registrations and attendances, with names or with tokens."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from joinedup.town.extracts.extract import Extract, blocks
from joinedup.town.numbers import nhs_text
from joinedup.town.register import Register
from joinedup.town.tokens import Tokens
from joinedup.town.view import Leaf, Town, View
from joinedup.town.wording import COMPACT, days, digits
from joinedup.town.writers import delimited
from joinedup.town.writers.lines import Block

GP_KEPT = frozenset({"record", "nhs_number", "birth_date", "home", "uprn"})
"""Fields of the registration whose errors are still there under tokens."""
MIX = (("run_on", 0.55), ("full", 0.25), ("building", 0.15), ("slashed", 0.05))


def _nhs(view: View) -> tuple[pa.Array, pa.Array]:
    """NHS numbers, true and as written."""
    clean = nhs_text(view.source.town.world.people.nhs[view.people()])
    return clean, view.text("nhs_number", clean)


def _sex(view: View) -> pa.Array:
    return pc.if_else(pa.array(view.sexes() == 1), "1", "2")


def _practice(view: View) -> pa.Array:
    codes = pa.array(view.source.town.world.practices.code, pa.string())
    return codes.take(pa.array(view.numbers("practice")))


def _registrations(view: View) -> Block:
    upper = pc.utf8_upper
    return {
        "NHS_NUMBER": _nhs(view)[1],
        "FAMILY_NAME": upper(view.surname()),
        "GIVEN_NAME": upper(view.forename()),
        "BIRTH_DATE": view.birth_date(COMPACT),
        "SEX": _sex(view),
        "ADDRESS": upper(view.address()),
        "POSTCODE": view.postcode(),
        "UPRN": view.uprn(),
        "PRACTICE": _practice(view),
        "REGISTERED_ON": days(view.numbers("registered_on"), COMPACT),
    }


def _attendances(view: View) -> Block:
    return _attendance(view, "NHS_NUMBER", _nhs(view)[1])


def _attendance(view: View, name: str, person: pa.Array) -> Block:
    return {
        "ATTENDANCE_ID": view.ref(),
        name: person,
        "ARRIVED_ON": days(view.source.register.opened[view.rows], COMPACT),
        "AGE": digits(view.numbers("age")),
        "REASON": view.words("reason"),
    }


def _tokens(view: View) -> Tokens:
    return _held(view.source.town)


def _held(town: Town) -> Tokens:
    tokens = town.tokens
    if tokens is None:
        message = "tokens need a key"
        raise ValueError(message)
    return tokens


def _person_token(view: View) -> pa.Array:
    clean, written = _nhs(view)
    tokens = _tokens(view)
    return tokens.again(clean, written, tokens.of_people(view.people()))


def _registrations_by_token(view: View) -> Block:
    homes = view.homes()
    tokens, addresses = _tokens(view), view.source.town.addresses
    return {
        "PERSON_TOKEN": _person_token(view),
        "BIRTH_YEAR": pc.utf8_slice_codeunits(view.birth_date(COMPACT), 0, 4),
        "SEX": _sex(view),
        "OUTPUT_AREA": addresses.area(homes),
        "HOME_TOKEN": tokens.again(addresses.uprn(homes), view.uprn(), tokens.of_homes(homes)),
        "PRACTICE": _practice(view),
        "REGISTERED_ON": days(view.numbers("registered_on"), COMPACT),
    }


def _token_of_each(town: Town, register: Register) -> pa.Array:
    """The key of a registration: its person's true token."""
    return _held(town).of_people(register.person)


def _attendances_by_token(view: View) -> Block:
    return _attendance(view, "PERSON_TOKEN", _person_token(view))


def _write_registrations(path: Path, leaf: Leaf) -> None:
    delimited.write(path, blocks(leaf, _registrations), delimiter="|")


def _write_attendances(path: Path, leaf: Leaf) -> None:
    delimited.write(path, blocks(leaf, _attendances), delimiter="|")


def _write_registrations_by_token(path: Path, leaf: Leaf) -> None:
    delimited.write(path, blocks(leaf, _registrations_by_token), delimiter="|")


def _write_attendances_by_token(path: Path, leaf: Leaf) -> None:
    delimited.write(path, blocks(leaf, _attendances_by_token), delimiter="|")


NAMED = (
    Extract(
        "gp_registrations",
        "gp_registrations.csv",
        "gp_registrations",
        _write_registrations,
        mix=MIX,
    ),
    Extract("ae_attendances", "ae_attendances.csv", "ae_attendances", _write_attendances),
)
BY_TOKEN = (
    Extract(
        "gp_tokens",
        "gp_tokens.csv",
        "gp_registrations",
        _write_registrations_by_token,
        mix=MIX,
        kept=GP_KEPT,
        key=_token_of_each,
    ),
    Extract("ae_tokens", "ae_tokens.csv", "ae_attendances", _write_attendances_by_token),
)
"""In place of the others, where the health bodies send tokens: another file each, since it is
another promise."""
