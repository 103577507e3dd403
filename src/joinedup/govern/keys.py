"""Which key makes the pseudonyms of this project, and where is the secret behind it kept?

An office has one root key. Each project has a key for each of its purposes, derived from the root
by HKDF-SHA256 (RFC 5869), so that none says anything of another. Records name a key by its id,
which says nothing of the key. After a rotation the keys of older roots are still found by their id.

The root lies in a folder of its own, never in the lake. No message, `repr` or record holds a key.
"""

import hashlib
import json
import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from joinedup.core.digest import canonical
from joinedup.core.errors import ProjectError, RecordsError

FOLDER = "JOINEDUP_KEYS"
ROOT_FILE = "root.key"
KEY_BYTES = 32
ID_DIGITS = 16
OTHERS = stat.S_IRWXG | stat.S_IRWXO
MAY_CHANGE = stat.S_IWGRP | stat.S_IWOTH
ID = re.compile(f"[0-9a-f]{{{ID_DIGITS}}}")
SECRET = re.compile(f"[0-9a-f]{{{2 * KEY_BYTES}}}")
LONGEST_FILE = 1 << 20
DERIVED = "joinedup pseudonym key 1"


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


@dataclass(frozen=True, slots=True)
class Roots:
    """The root keys of an office, the oldest first; the last is in use.

    Attributes:
        ids: of each root, as records name it.
        secrets: 32 bytes each; not in `repr`, and not compared.
    """

    ids: tuple[str, ...]
    secrets: tuple[bytes, ...] = field(repr=False, compare=False)


def key_id(secret: bytes) -> str:
    """What a key is called in records: the beginning of a digest of it, 16 hexadecimal digits."""
    return hashlib.sha256(b"joinedup key id\x00" + secret).hexdigest()[:ID_DIGITS]


def key_folder(home: Path) -> Path:
    """Where the root key is: the folder `$JOINEDUP_KEYS`, else `<home>/keys`.

    Raises:
        ProjectError: the folder lies in the lake or the outbox, which are copied and read.
    """
    folder = Path(os.environ.get(FOLDER) or home / "keys")
    for room in ("lake", "outbox"):
        if folder.resolve().is_relative_to((home / room).resolve()):
            raise ProjectError(
                f"the keys would lie in the {room}, among what they protect.",
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
    made = _roots([secrets.token_bytes(KEY_BYTES)])
    _write_new(folder / ROOT_FILE, _root_lines(made))
    return load_roots(folder)


def load_roots(folder: Path) -> Roots:
    """The root keys, as they were written. Nothing is made where nothing is.

    Raises:
        ProjectError: there is none, or others may read or change it.
        RecordsError: the file is not as it was written.
    """
    path = folder / ROOT_FILE
    text = _read_private(path, fix="bring it back, or name its folder in $" + FOLDER)
    found = []
    for line in text.splitlines():
        name, _, digits = line.partition(" ")
        if not SECRET.fullmatch(digits) or key_id(bytes.fromhex(digits)) != name:
            raise _damaged(path)
        found.append(bytes.fromhex(digits))
    if not found or not text.endswith("\n"):
        raise _damaged(path)
    return _roots(found)


def rotate_root(folder: Path) -> Roots:
    """Make a new root key and use it from now on; older ones stay, so that old ids are found.

    Killed at any moment it leaves the old file or the new one, whole.
    """
    older = load_roots(folder)
    newer = _roots([*older.secrets, secrets.token_bytes(KEY_BYTES)])
    staged = _stage(folder / ROOT_FILE, _root_lines(newer))
    try:
        staged.replace(folder / ROOT_FILE)
    finally:
        staged.unlink(missing_ok=True)
    _settle(folder)
    return newer


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
    _write_new(path, json.dumps(told, indent=2) + "\n")


def read_key(path: Path) -> Key:
    """A project's key, as `write_key` wrote it.

    Raises:
        ProjectError: it is not there, or others may read or change it.
        RecordsError: it is not as it was written.
    """
    text = _read_private(path, fix="ask the office for the key file")
    try:
        told = json.loads(text)
        key = Key(told["project"], told["purpose"], told["id"], bytes.fromhex(told["key"]))
    except (ValueError, KeyError, TypeError):
        raise _damaged(path) from None
    if len(key.secret) != KEY_BYTES or key_id(key.secret) != key.id:
        raise _damaged(path)
    return key


def _derive(root: bytes, project: str, purpose: str) -> Key:
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - when a key is used
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415 - as above

    if not project.strip() or not purpose.strip():
        raise ProjectError("a key needs a project and a purpose.", fix="name both.")
    info = canonical([DERIVED, project, purpose]).encode()
    made = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(root)
    return Key(project, purpose, key_id(made), made)


def _roots(made: list[bytes]) -> Roots:
    return Roots(tuple(key_id(secret) for secret in made), tuple(made))


def _root_lines(roots: Roots) -> str:
    pairs = zip(roots.ids, roots.secrets, strict=True)
    return "".join(f"{name} {secret.hex()}\n" for name, secret in pairs)


def _read_private(path: Path, *, fix: str) -> str:
    """The text of a file that nobody else can read or change; asked of the opened file itself."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        what = f"the key file cannot be opened ({error.strerror})."
        raise ProjectError(what, fix=f"{fix}.", where=path.name) from None
    with _closing(handle):
        state = os.fstat(handle)
        if not stat.S_ISREG(state.st_mode):
            raise ProjectError("this is no file.", fix="name the key file.", where=path.name)
        if state.st_mode & OTHERS:
            what = "others than its owner may read or change the key file."
            cure = "run `chmod 600` on it; if they may have read it, rotate the key."
            raise ProjectError(what, fix=cure, where=path.name)
        around = path.parent.stat().st_mode
        if around & MAY_CHANGE and not around & stat.S_ISVTX:
            what = "others may put another file in place of the key file."
            cure = "run `chmod 700` on the folder it lies in."
            raise ProjectError(what, fix=cure, where=path.name)
        content = os.read(handle, LONGEST_FILE)
    try:
        return content.decode("ascii")
    except UnicodeDecodeError:
        raise _damaged(path) from None


@contextmanager
def _closing(handle: int) -> Iterator[None]:
    try:
        yield
    finally:
        os.close(handle)


def _write_new(path: Path, text: str) -> None:
    """A new file, whole or not at all; one that is there is never replaced."""
    staged = _stage(path, text)
    try:
        os.link(staged, path)
    except FileExistsError:
        what = "there is a file of this name, and a key is never overwritten."
        raise ProjectError(
            what, fix="name another, or keep the one there is.", where=path.name
        ) from None
    except OSError as error:
        what = f"the key file cannot be written here ({error.strerror})."
        fix = "name a folder on a disk that knows owners and links."
        raise ProjectError(what, fix=fix, where=path.name) from None
    finally:
        staged.unlink()
    _settle(path.parent)


def _stage(path: Path, text: str) -> Path:
    """The text on the disk under a passing name beside `path`, with mode 0600 from the start."""
    staged = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        handle = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except OSError as error:
        what = f"the key file cannot be written here ({error.strerror})."
        fix = "name a folder that you may write to."
        raise ProjectError(what, fix=fix, where=path.name) from None
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        staged.unlink()
        what = f"the key file cannot be written here ({error.strerror})."
        raise ProjectError(what, fix="make room, and try again.", where=path.name) from None
    return staged


def _settle(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    with _closing(handle):
        os.fsync(handle)


def _damaged(path: Path) -> RecordsError:
    return RecordsError(
        "the key file is not as it was written.",
        fix="bring it back from where it is kept in reserve; do not mend it by hand.",
        where=path.name,
    )
