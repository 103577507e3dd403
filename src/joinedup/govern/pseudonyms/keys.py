"""Which key makes the pseudonyms of this project?

An office has one root key (`records.keyring`). Each project has a key for each of its purposes,
derived from the root by HKDF-SHA256 (RFC 5869), so that none says anything of another. Records
name a key by its id, which says nothing of the key. After a rotation the keys of older roots are
still found by their id.

No message, `repr` or record holds a key.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path

from joinedup.core.digest import canonical
from joinedup.core.errors import ProjectError
from joinedup.records import keyfile
from joinedup.records.keyring import KEY_BYTES, Roots, derived, key_id

DERIVED = "joinedup pseudonym key 2"


@dataclass(frozen=True, slots=True)
class Key:
    """The key of one project for one purpose.

    Attributes:
        id: 16 hexadecimal digits that name it in records; they say nothing of the secret.
        secret: 32 bytes; not in `repr`, and not compared.
    """

    project: str
    purpose: str
    id: str
    secret: bytes = field(repr=False, compare=False)


def derive(roots: Roots, *, project: str, purpose: str) -> Key:
    """The key of a project for a purpose, from the root in use.

    Raises:
        ProjectError: no project or no purpose is named: such a key would be everybody's.
    """
    return _derive(roots.secrets[-1], project, purpose)


def resolve(roots: Roots, key: str, *, project: str, purpose: str) -> Key:
    """The key of a project and purpose that records call `key`, whichever root made it.

    Raises:
        ProjectError: no root of this office made such a key for this project and purpose.
    """
    for root in reversed(roots.secrets):
        found = _derive(root, project, purpose)
        if found.id == key:
            return found
    raise ProjectError(
        f"the key {key} is not one of this project and purpose.",
        fix="name the project and the purpose it was made for, or bring back its root key.",
        where=f"project {project}",
    )


def write_key(key: Key, path: Path) -> None:
    """Write a project's key for a partner, with mode 0600. It must travel apart from the data.

    Raises:
        ProjectError: there is a file of this name.
    """
    told = {"project": key.project, "purpose": key.purpose, "id": key.id, "key": key.secret.hex()}
    keyfile.write_new(path, json.dumps(told, indent=2) + "\n")


def read_key(path: Path) -> Key:
    """A project's key, as `write_key` wrote it.

    Raises:
        ProjectError: it is not there, or others may read or change it.
        RecordsError: it is not as it was written.
    """
    text = keyfile.read_private(path, fix="ask the office for the key file")
    try:
        told = json.loads(text)
        key = Key(told["project"], told["purpose"], told["id"], bytes.fromhex(told["key"]))
    except (ValueError, KeyError, TypeError):
        raise keyfile.damaged(path) from None
    if len(key.secret) != KEY_BYTES or key_id(key.secret) != key.id:
        raise keyfile.damaged(path)
    return key


def _derive(root: bytes, project: str, purpose: str) -> Key:
    if not project.strip() or not purpose.strip():
        raise ProjectError("a key needs a project and a purpose.", fix="name both.")
    made = derived(root, canonical([DERIVED, project, purpose]).encode())
    return Key(project, purpose, key_id(made), made)
