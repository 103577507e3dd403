"""How is a person named in the ledger? By a keyed token, never by a reference of their own.

The token is HMAC-SHA256 under a key that lies in the home, `keys/subjects.key`, made once and
readable by its owner alone. Without the key nobody can try out references against the ledger;
with it, whoever may ask finds every event about one person.
"""

import hmac
import os
import secrets
import unicodedata
from pathlib import Path

from joinedup.core.errors import ProjectError, RecordsError

FOLDER, FILE = "keys", "subjects.key"
KEY_BYTES = 32
MARK = "subject:"
CONTEXT = b"joinedup ledger subject 1\x00"


def token(home: Path, reference: str | int) -> str:
    """What stands for a person in the ledger; makes the key if this home has none yet.

    Spaces around, case and width do not count, and the number 42 is the text "42".

    Raises:
        ProjectError: the reference is empty.
        RecordsError: the key is damaged or others may read it.
    """
    path = home / FOLDER / FILE
    if not path.exists():
        _make(path)
    return _token(_key(path), reference)


def known_token(home: Path, reference: str | int) -> str:
    """The token under the key that there is: for asking, where a new key would find nobody.

    Raises:
        ProjectError: the reference is empty.
        RecordsError: this home has no key, or it is damaged or others may read it.
    """
    return _token(_key(home / FOLDER / FILE), reference)


def _token(key: bytes, reference: str | int) -> str:
    plain = unicodedata.normalize("NFKC", str(reference)).strip().casefold()
    if not plain:
        raise ProjectError(
            "the reference of a person is empty.", fix="give the reference.", where="subject"
        )
    return MARK + hmac.digest(key, CONTEXT + plain.encode(), "sha256").hex()


def _make(path: Path) -> None:
    """Place a new key; of two who make one at once, the first to place it wins."""
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        unready = path.with_name(f".{secrets.token_hex(8)}")
        descriptor = os.open(unready, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            os.write(descriptor, secrets.token_bytes(KEY_BYTES))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        try:
            os.link(unready, path)
        except FileExistsError:
            pass
        finally:
            unready.unlink()
        _keep_name(path.parent)
    except OSError as error:
        raise RecordsError(
            f"the key of the ledger's subjects cannot be made ({error.strerror}).",
            fix="see that the home can be written to.",
            where=FILE,
        ) from None


def _keep_name(folder: Path) -> None:
    """A name is on the disk once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _key(path: Path) -> bytes:
    try:
        mode, key = path.stat().st_mode, path.read_bytes()
    except OSError as error:
        raise RecordsError(
            f"the key of the ledger's subjects cannot be read ({error.strerror}).",
            fix="restore it from a backup of the home; a new key would find nobody.",
            where=FILE,
        ) from None
    if mode & 0o077:
        raise RecordsError(
            "others than its owner may use the key of the ledger's subjects.",
            fix=f"run `chmod 600` on {FOLDER}/{FILE} in the home.",
            where=FILE,
        )
    if len(key) != KEY_BYTES:
        raise RecordsError(
            f"the key of the ledger's subjects has {len(key)} bytes, not {KEY_BYTES}.",
            fix="restore it from a backup of the home; a new key would find nobody.",
            where=FILE,
        )
    return key
