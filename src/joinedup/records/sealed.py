"""How do the records keep a text that may tell of people? Sealed, under a key of the ring.

AES-256-GCM under a named key, bound to what the text is: a text that was changed, or put in
another's place, does not open. The records alone say nothing of it.
"""

import base64
import re
import secrets
from collections.abc import Sequence
from pathlib import Path

from joinedup.core.digest import canonical
from joinedup.core.errors import RecordsError
from joinedup.records import keyring

FORM = "sealed-1"
SEALED = re.compile(rf"{FORM}:([0-9a-f]{{{keyring.ID_DIGITS}}}):([A-Za-z0-9+/=]+)")


def seal(home: Path, name: str, text: str, *, bound: Sequence[str]) -> str:
    """The text, sealed under the key of this name that is in use.

    Args:
        home: whose keys.
        name: of the key, such as `results homes`.
        text: any.
        bound: what the text is; with other words it does not open.

    Raises:
        RecordsError: the keys of this home are missing, or are another home's.
    """
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - when used

    key = keyring.key(home, name)
    nonce = secrets.token_bytes(keyring.NONCE_BYTES)
    content = AESGCM(key.secret).encrypt(nonce, text.encode(), _bound(name, bound))
    return f"{FORM}:{key.id}:{base64.b64encode(nonce + content).decode()}"


def unseal(home: Path, name: str, sealed: str, *, bound: Sequence[str], where: str) -> str:
    """The text that `seal` sealed.

    Raises:
        RecordsError: it is not as it was sealed, or its key is missing or was destroyed.
    """
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - as above

    found = SEALED.fullmatch(sealed)
    if found is None:
        raise _changed(where)
    key = keyring.key_by_id(home, name, found[1])
    try:
        content = base64.b64decode(found[2], validate=True)
        nonce, rest = content[: keyring.NONCE_BYTES], content[keyring.NONCE_BYTES :]
        return AESGCM(key.secret).decrypt(nonce, rest, _bound(name, bound)).decode()
    except (InvalidTag, ValueError):
        raise _changed(where) from None


def _bound(name: str, bound: Sequence[str]) -> bytes:
    return canonical([FORM, name, *bound]).encode()


def _changed(where: str) -> RecordsError:
    return RecordsError(
        "what the records keep of it is not as it was sealed.",
        fix="run it again; `joinedup audit verify` tells whether more was changed.",
        where=where,
    )
