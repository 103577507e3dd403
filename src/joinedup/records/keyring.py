"""Which keys has this home, and where do they lie? Beside it, never in it.

Whoever copies a home, or a backup of it, has no key. The keys lie in `$JOINEDUP_KEYS`, else in
`<home>.keys`: one root, and a ring of named keys (of a table, of the identifiers of a table, of the
ledger's subjects) that are drawn at random and kept wrapped under the root. Losing the folder loses
the data; destroying one named key makes what it encrypts unreadable, in every backup too.

A home tells by `keys.id` which root and which ring are its own, so that several homes may keep
their keys in one folder; the ids say nothing of the keys. No message, `repr` or record holds a key.
"""

import fcntl
import hashlib
import json
import os
import re
import secrets
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from joinedup.core.digest import canonical
from joinedup.core.errors import ProjectError, RecordsError
from joinedup.records import keyfile

FOLDER = "JOINEDUP_KEYS"
ROOT_FILE, LOCK_FILE = "root.key", ".lock"
MARK = "keys.id"
LAKE = "lake"
KEY_BYTES = 32
NONCE_BYTES = 12
ID_DIGITS = 16
ID = re.compile(f"[0-9a-f]{{{ID_DIGITS}}}")
SECRET = re.compile(f"[0-9a-f]{{{2 * KEY_BYTES}}}")
RING = b"joinedup ring 1"
BRING_BACK = "bring it back, or name its folder in $" + FOLDER


@dataclass(frozen=True, slots=True)
class Roots:
    """The root keys of an office, the oldest first; the last is in use.

    Attributes:
        ids: of each root, as records name it.
        secrets: 32 bytes each; not in `repr`, and not compared.
    """

    ids: tuple[str, ...]
    secrets: tuple[bytes, ...] = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Named:
    """One key of the ring.

    Attributes:
        name: what it is for, such as `table admitted.visits`.
        id: 16 hexadecimal digits that name it in records; they say nothing of the secret.
        secret: 32 bytes; not in `repr`, and not compared.
    """

    name: str
    id: str
    secret: bytes = field(repr=False, compare=False)


def key_id(secret: bytes) -> str:
    """What a key is called in records: the beginning of a digest of it, 16 hexadecimal digits."""
    return hashlib.sha256(b"joinedup key id\x00" + secret).hexdigest()[:ID_DIGITS]


def key_folder(home: Path) -> Path:
    """Where the keys of a home are: the folder `$JOINEDUP_KEYS`, else `<home>.keys` beside it.

    Raises:
        ProjectError: the folder lies in the home, which is copied and backed up.
    """
    beside = home.resolve().with_name(home.resolve().name + ".keys")
    folder = Path(os.environ.get(FOLDER) or beside)
    if folder.resolve().is_relative_to(home.resolve()):
        raise ProjectError(
            "the keys would lie in the home, among what they protect.",
            fix=f"name another folder in ${FOLDER}, best on another disk.",
            where=folder.name,
        )
    return folder


def make_root(folder: Path) -> Roots:
    """Make the office's root key, once: a file with mode 0600 in a folder with mode 0700.

    Raises:
        ProjectError: there is one already, which is not touched; or others may change the folder.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    keyfile.write_new(folder / ROOT_FILE, _root_lines([secrets.token_bytes(KEY_BYTES)]))
    return load_roots(folder)


def load_roots(folder: Path) -> Roots:
    """The root keys, as they were written. Nothing is made where nothing is.

    Raises:
        ProjectError: there is none, or others may read or change it.
        RecordsError: the file is not as it was written.
    """
    path = folder / ROOT_FILE
    text = keyfile.read_private(path, fix=BRING_BACK)
    found = []
    for line in text.splitlines():
        name, _, digits = line.partition(" ")
        if not SECRET.fullmatch(digits) or key_id(bytes.fromhex(digits)) != name:
            raise keyfile.damaged(path)
        found.append(bytes.fromhex(digits))
    if not found or not text.endswith("\n"):
        raise keyfile.damaged(path)
    return Roots(tuple(key_id(secret) for secret in found), tuple(found))


def rotate_root(folder: Path) -> Roots:
    """Make a new root key and use it from now on; older ones stay, so that old ids are found.

    Killed at any moment it leaves the old file or the new one, whole.
    """
    with _alone(folder):
        older = load_roots(folder)
        keyfile.replace(
            folder / ROOT_FILE, _root_lines([*older.secrets, secrets.token_bytes(KEY_BYTES)])
        )
        return load_roots(folder)


def roots_of(home: Path) -> Roots:
    """The root keys of a home, made with the first thing that needs one, and never a second time.

    Raises:
        ProjectError: they cannot be read, or others may read them.
        RecordsError: the home wants keys that are missing, or these are another home's.
    """
    return _opened(home).roots


@dataclass(frozen=True, slots=True)
class _Place:
    """The key folder of a home, opened."""

    folder: Path
    roots: Roots
    ring: Path


def _opened(home: Path) -> _Place:
    folder, mark = key_folder(home), home / MARK
    if not mark.exists():
        _require_new(home)
        _mark(home, folder)
    return _placed(folder, mark.read_text(encoding="ascii"))


def _placed(folder: Path, mark: str) -> _Place:
    wanted, _, ring = mark.strip().partition(" ")
    if not ID.fullmatch(wanted) or not ID.fullmatch(ring):
        raise keyfile.damaged(Path(MARK))
    if not (folder / ROOT_FILE).exists():
        raise RecordsError(
            f"the keys of this home are missing ({MARK} says its root key is {wanted}).",
            fix=f"{BRING_BACK}; no new one is made, for it could read nothing.",
            where=folder.name,
        )
    roots = load_roots(folder)
    if wanted not in roots.ids:
        raise RecordsError(
            f"these are not the keys of this home ({MARK} says its root key is {wanted}).",
            fix=f"name the folder of its own keys in ${FOLDER}.",
            where=folder.name,
        )
    return _Place(folder, roots, folder / f"ring-{ring}.json")


def _require_new(home: Path) -> None:
    """A home that holds encrypted parts had a mark; another would point to keys that open none."""
    lake = home / LAKE
    if lake.is_dir() and any(path.is_file() for path in lake.rglob("*")):
        raise RecordsError(
            f"the home has lost the file {MARK}, which tells which keys are its own.",
            fix="restore it from a backup of the home; another could read nothing.",
            where=MARK,
        )


def _mark(home: Path, folder: Path) -> None:
    """Say in the home which keys are its own; the root is made if the folder has none."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(folder):
        if (home / MARK).exists():
            return
        roots = load_roots(folder) if (folder / ROOT_FILE).exists() else make_root(folder)
        ring = secrets.token_hex(ID_DIGITS // 2)
        # The ring first: a home whose mark names a ring that is not there has lost it.
        _write(_Place(folder, roots, folder / f"ring-{ring}.json"), _Ring({}, set()))
        keyfile.write_new(home / MARK, f"{roots.ids[0]} {ring}\n")


def key(home: Path, name: str) -> Named:
    """The key of this name that is in use; made, durably, if there is none yet.

    Raises:
        RecordsError: as `roots_of`; or the ring is not as it was written.
    """
    place = _opened(home)
    found = _current(_read(place), name)
    if found is not None:
        return found
    with _alone(place.folder):
        ring = _read(place)
        return _current(ring, name) or _add(place, ring, name)


def key_by_id(home: Path, name: str, identity: str) -> Named:
    """The key of this name that records call `identity`, in use or older.

    Raises:
        RecordsError: as `roots_of`; there is no such key, or it was destroyed.
    """
    return _by_id(_opened(home), name, identity)


def key_in(folder: Path, mark: str, name: str, identity: str) -> Named:
    """As `key_by_id`, for a home that is not there: from its key folder, and what its mark said."""
    return _by_id(_placed(folder, mark), name, identity)


def _by_id(place: _Place, name: str, identity: str) -> Named:
    ring = _read(place)
    if found := [one for one in ring.keys.get(name, ()) if one.id == identity]:
        return found[0]
    what = "was destroyed" if identity in ring.destroyed else "is not on the ring"
    raise RecordsError(
        f"the key {identity} of {name} {what}, so what it encrypts cannot be read.",
        fix="if it was not destroyed on purpose, bring back the ring from where it is in reserve.",
        where="keys",
    )


@dataclass(frozen=True, slots=True)
class Ids:
    """The keys of a home by what records call them.

    Attributes:
        there: those on the ring, in use or older.
        destroyed: those that were destroyed on purpose.
    """

    there: frozenset[str]
    destroyed: frozenset[str]


def ids(home: Path) -> Ids:
    """The ids of every key there is and was; asking makes no keys.

    Raises:
        ProjectError, RecordsError: as `roots_of`; or the ring is not as it was written.
    """
    if not (home / MARK).exists():
        _require_new(home)
        return Ids(frozenset(), frozenset())
    there = frozenset(identity for some in held(home).values() for identity in some)
    return Ids(there, frozenset(_read(_opened(home)).destroyed))


def held(home: Path) -> dict[str, tuple[str, ...]]:
    """The names of the keys on the ring, each with its ids, the oldest first; makes no keys."""
    ring = _read(_opened(home)).keys if (home / MARK).exists() else {}
    return {name: tuple(one.id for one in keys) for name, keys in ring.items()}


def names(home: Path) -> tuple[str, ...]:
    """The names of the keys on the ring, sorted; asking makes no keys."""
    return tuple(sorted(held(home)))


def rotate(home: Path, name: str) -> Named:
    """A new key of this name, in use from now on; older ones stay, for what they encrypted."""
    with _alone((place := _opened(home)).folder):
        return _add(place, _read(place), name)


def destroy(home: Path, name: str, *, only: Collection[str] = ()) -> int:
    """Remove every key of this name for good, or `only` those of these ids; gives how many."""
    with _alone((place := _opened(home)).folder):
        ring = _read(place)
        there = ring.keys.pop(name, ())
        gone = [one for one in there if not only or one.id in only]
        if kept := tuple(one for one in there if one not in gone):
            ring.keys[name] = kept
        ring.destroyed |= {one.id for one in gone}
        _write(place, ring)
    return len(gone)


@dataclass(slots=True)
class _Ring:
    """The named keys, the last of each name in use, and the ids of those destroyed."""

    keys: dict[str, tuple[Named, ...]]
    destroyed: set[str]


def _current(ring: _Ring, name: str) -> Named | None:
    return (ring.keys.get(name) or (None,))[-1]


def _add(place: _Place, ring: _Ring, name: str) -> Named:
    secret = secrets.token_bytes(KEY_BYTES)
    made = Named(name, key_id(secret), secret)
    ring.keys[name] = (*ring.keys.get(name, ()), made)
    _write(place, ring)
    return made


def _read(place: _Place) -> _Ring:
    if not place.ring.exists():
        raise RecordsError(
            f"the ring of keys that {MARK} names is missing.",
            fix=f"{BRING_BACK}; no new one is made, for it could read nothing.",
            where=place.folder.name,
        )
    text = keyfile.read_private(place.ring, fix=BRING_BACK)
    try:
        told = json.loads(text)
        keys = {
            name: tuple(_unwrapped(name, one, place.roots) for one in wrapped)
            for name, wrapped in told["keys"].items()
        }
        return _Ring(keys, set(told["destroyed"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise keyfile.damaged(place.ring) from None


def _write(place: _Place, ring: _Ring) -> None:
    told = {
        "keys": {
            name: [_wrapped(one, place.roots) for one in keys]
            for name, keys in sorted(ring.keys.items())
        },
        "destroyed": sorted(ring.destroyed),
    }
    keyfile.replace(place.ring, json.dumps(told, indent=1) + "\n")


def _wrapped(one: Named, roots: Roots) -> dict[str, str]:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - when used

    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(derived(roots.secrets[-1], RING)).encrypt(nonce, one.secret, _bound(one))
    return {"id": one.id, "root": roots.ids[-1], "wrapped": (nonce + sealed).hex()}


def _unwrapped(name: str, told: Mapping[str, str], roots: Roots) -> Named:
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - as above

    sealed, one = bytes.fromhex(told["wrapped"]), Named(name, told["id"], b"")
    under = derived(roots.secrets[roots.ids.index(told["root"])], RING)
    try:
        secret = AESGCM(under).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _bound(one))
    except InvalidTag:
        raise ValueError(name) from None
    if key_id(secret) != told["id"]:
        raise ValueError(name)
    return Named(name, told["id"], secret)


def _bound(one: Named) -> bytes:
    return canonical([one.name, one.id]).encode()


def derived(secret: bytes, info: bytes) -> bytes:
    """A key of 32 bytes from another, for one use: HKDF-SHA256 (RFC 5869)."""
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415 - as above

    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(secret)


def _root_lines(made: list[bytes]) -> str:
    return "".join(f"{key_id(secret)} {secret.hex()}\n" for secret in made)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold off any other process that would change the keys at this moment."""
    handle = os.open(folder / LOCK_FILE, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        keyfile.clear_up(folder)  # nobody else is at work here
        yield
    finally:
        os.close(handle)
