"""Which keys has this home, and how are they rotated? Told by name and id, never by what they are.

A rotation makes a new key for what is written from then on; older ones stay for what they
encrypted, so nothing is written again. The ledger tells of it before it is done. Where a policy is
in force one person asks, and another who gives the same command has it done.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from joinedup.core.errors import ProjectError
from joinedup.office.house import Office
from joinedup.office.policy import current, persons
from joinedup.records import keyring

KIND, SUBJECT, ASKS = "key", "ring", "asks_to_rotate"
ROOT = "root"
ALL = "all"


@dataclass(frozen=True, slots=True)
class Rotated:
    """A key that is new, by its name and id."""

    name: str
    key: str


def listed(office: Office) -> tuple[str, ...]:
    """The names of the keys of this home; asking makes none."""
    return keyring.names(office.home)


def rotate(office: Office, names: Sequence[str]) -> tuple[Rotated, ...]:
    """Make new keys of these names; `all` is every name on the ring, `root` what wraps the ring.

    Tokens are made with keys that the root gives: after a rotation of the root, those made from
    then on join none of those made before.

    Gives none where it was asked for alone, and waits for a second person.

    Raises:
        ProjectError: there is no key of such a name, or the same person asks again; none is
            rotated.
        RecordsError: the ledger cannot be written to, so none is rotated.
    """
    from joinedup.records.home import transaction  # noqa: PLC0415 - Django, only when needed
    from joinedup.records.ledger import append, lock  # noqa: PLC0415 - as above
    from joinedup.records.refused import recorded  # noqa: PLC0415 - as above

    wanted = _wanted(office, names)
    with recorded("keys"), transaction():
        lock()  # of two who ask at once, one comes second
        facts, waits = _asked(office, wanted)
        append(KIND, actor=office.who, subject=SUBJECT, facts=facts)
    if waits:
        return ()
    done = []
    for name in wanted:
        if name == ROOT:
            made = keyring.rotate_root(keyring.key_folder(office.home)).ids[-1]
        else:
            made = keyring.rotate(office.home, name).id
        done.append(Rotated(name, made))
    return tuple(done)


def _wanted(office: Office, names: Sequence[str]) -> list[str]:
    """The names, each once, if there are such keys."""
    there = keyring.names(office.home)
    asked = [name for one in names for name in (there if one == ALL else (one,))]
    wanted = list(dict.fromkeys(asked))
    strangers = sorted(set(wanted) - set(there) - {ROOT})
    if strangers or not wanted or not (office.home / keyring.MARK).exists():
        what = f"there is no key named {', '.join(strangers) or 'so'}."
        known = ", ".join([ROOT, *there]) if there else "none yet"
        raise ProjectError(what, fix=f"name some of: {known}; or {ALL}.", where="keys")
    return wanted


def _asked(office: Office, wanted: Sequence[str]) -> tuple[dict[str, Any], bool]:
    """What the event says, and whether a second person is waited for.

    A question is about keys by their ids: once one of them was rotated it is no longer asked.
    """
    if current() is None:
        return {"rotates": list(wanted)}, False
    held = {**keyring.held(office.home), ROOT: keyring.roots_of(office.home).ids}
    of = {name: held[name][-1] for name in wanted}
    person = persons()
    me = person(office.who)
    asked = _questions(of)
    if not asked:
        return {ASKS: of, "person": me}, True
    seq, actor, facts = asked[-1]
    if me in {person(actor), facts["person"]} or not me:
        raise ProjectError(
            "who asks for a rotation cannot also be the second person.",
            fix="have somebody else give the same command, with --as.",
            where="keys",
        )
    return {"rotates": list(wanted), "asked": seq}, False


def _questions(of: Mapping[str, str]) -> list[tuple[int, str, dict[str, Any]]]:
    """Number, actor and facts of the events that ask for these very keys to be rotated."""
    from joinedup.records.models import LedgerEvent  # noqa: PLC0415 - as above

    rows = LedgerEvent.objects.filter(kind=KIND, subject=SUBJECT).order_by("seq")
    told = [
        (seq, who, json.loads(text)) for seq, who, text in rows.values_list("seq", "actor", "facts")
    ]
    return [one for one in told if one[2].get(ASKS) == of]
