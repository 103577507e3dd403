"""How is a person named in the ledger? By a keyed token, never by a reference of their own.

The token is HMAC-SHA256 under a key of the home's ring (`records.keyring`). Without the key nobody
can try out references against the ledger; with it, whoever may ask finds every event about one
person.
"""

import hmac
import unicodedata
from pathlib import Path

from joinedup.core.errors import ProjectError, RecordsError
from joinedup.records import keyring

NAME = "subjects of the ledger"
MARK = "subject:"
CONTEXT = b"joinedup ledger subject 1\x00"


def token(home: Path, reference: str | int) -> str:
    """What stands for a person in the ledger; makes the key if this home has none yet.

    Spaces around, case and width do not count, and the number 42 is the text "42".

    Raises:
        ProjectError: the reference is empty, or others may read the keys.
        RecordsError: the keys are missing, damaged or another home's.
    """
    return _token(keyring.key(home, NAME).secret, reference)


def known_token(home: Path, reference: str | int) -> str:
    """The token under the key that there is: for asking, where a new key would find nobody.

    Raises:
        ProjectError: the reference is empty, or others may read the keys.
        RecordsError: this home has no such key, or its keys are missing or damaged.
    """
    if NAME not in keyring.names(home):
        raise RecordsError(
            "this home has no key of the ledger's subjects.",
            fix="nobody has been told of in it yet; a new key would find nobody.",
            where="keys",
        )
    return token(home, reference)


def _token(key: bytes, reference: str | int) -> str:
    plain = unicodedata.normalize("NFKC", str(reference)).strip().casefold()
    if not plain:
        raise ProjectError(
            "the reference of a person is empty.", fix="give the reference.", where="subject"
        )
    return MARK + hmac.digest(key, CONTEXT + plain.encode(), "sha256").hex()
