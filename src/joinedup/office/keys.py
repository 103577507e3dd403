"""Which keys has this home, and how are they rotated? Told by name and id, never by what they are.

A rotation makes a new key for what is written from then on; older ones stay for what they
encrypted, so nothing is written again. The ledger tells of it before it is done.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from joinedup.core.errors import ProjectError
from joinedup.office.house import Office
from joinedup.records import keyring

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

    Raises:
        ProjectError: there is no key of such a name; none is rotated.
        RecordsError: the ledger cannot be written to, so none is rotated.
    """
    from joinedup.records.home import transaction  # noqa: PLC0415 - Django, only when needed
    from joinedup.records.ledger import append  # noqa: PLC0415 - as above
    from joinedup.records.refused import recorded  # noqa: PLC0415 - as above

    there = keyring.names(office.home)
    asked = [name for one in names for name in (there if one == ALL else (one,))]
    wanted = list(dict.fromkeys(asked))
    strangers = sorted(set(wanted) - set(there) - {ROOT})
    if strangers or not wanted or not (office.home / keyring.MARK).exists():
        what = f"there is no key named {', '.join(strangers) or 'so'}."
        known = ", ".join([ROOT, *there]) if there else "none yet"
        raise ProjectError(what, fix=f"name some of: {known}; or {ALL}.", where="keys")
    with recorded("keys"), transaction():
        append("key", actor=office.who, subject="ring", facts={"rotates": wanted})
    done = []
    for name in wanted:
        if name == ROOT:
            made = keyring.rotate_root(keyring.key_folder(office.home)).ids[-1]
        else:
            made = keyring.rotate(office.home, name).id
        done.append(Rotated(name, made))
    return tuple(done)
