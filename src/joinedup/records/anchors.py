"""How is a cut-off tail found? By the chain's length and head, kept where the office cannot reach.

An anchor is a small JSON file. With a key it is signed (Ed25519), so that whoever keeps it cannot
be made to hold another; the signature is checked against the public key, given from elsewhere.
"""

import base64
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from joinedup.core import clock
from joinedup.core.digest import canonical
from joinedup.core.errors import ProjectError, RecordsError
from joinedup.records.ledger import Anchor, anchor, verify

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

FORM = "joinedup anchor 1"
HASH_DIGITS = 64
MAKE_KEY = "openssl genpkey -algorithm ed25519 -out FILE"


def write(out: Path, key: Path | None = None) -> Anchor:
    """Verify the chain and write where it ends now, signed if a private key (PEM) is given.

    Raises:
        ProjectError: the file is there already or cannot be written, or the key is not Ed25519's.
        RecordsError: the chain does not verify, or holds no event yet.
    """
    end = anchor()
    found = verify(end)
    if not found.ok or not end.seq:
        raise RecordsError(
            f"there is nothing to vouch for: {found.reason if not found.ok else 'no event yet'}.",
            fix="run `joinedup audit verify`; anchor a chain that verifies.",
            where="ledger",
        )
    facts = {
        "form": FORM,
        "events": end.seq,
        "head": end.hash,
        "at": clock.stamp(clock.now()),
    }
    kept = facts if key is None else facts | {"signature": _signature(facts, _private(key))}
    try:
        with out.open("x", encoding="ascii") as file:
            file.write(json.dumps(kept, indent=2, sort_keys=True) + "\n")
    except OSError as error:
        raise ProjectError(
            f"the anchor cannot be written ({error.strerror}).",
            fix="name a new file in a folder that you may write to; an anchor is not overwritten.",
            where=out.name,
        ) from None
    return end


def read(path: Path, public: Path | None = None) -> Anchor:
    """An anchor as it was written, its signature checked if a public key (PEM) is given.

    Raises:
        ProjectError: the file or the key cannot be read.
        RecordsError: it is not an anchor as one was written, or not signed with that key.
    """
    try:
        facts = json.loads(path.read_bytes())
    except OSError as error:
        raise ProjectError(
            f"the anchor cannot be read ({error.strerror}).",
            fix="name the file that `joinedup audit anchor` wrote.",
            where=path.name,
        ) from None
    except ValueError:
        facts = None
    if not _well_formed(facts):
        raise _refused(path, "it is not an anchor, or not as it was written")
    signature = facts.pop("signature", "")
    if public is not None:
        _require_signed(path, facts, signature, _public(public))
    return Anchor(facts["events"], facts["head"])


def _well_formed(facts: Any) -> bool:
    if not isinstance(facts, dict) or set(facts) - {"signature"} != {
        "form",
        "events",
        "head",
        "at",
    }:
        return False
    head, events = facts["head"], facts["events"]
    return bool(
        facts["form"] == FORM
        and type(events) is int
        and events > 0
        and isinstance(head, str)
        and len(head) == HASH_DIGITS
        and isinstance(facts.get("signature", ""), str)
    )


def _signature(facts: dict[str, Any], key: "Ed25519PrivateKey") -> str:
    return base64.b64encode(key.sign(canonical(facts).encode())).decode()


def _require_signed(
    path: Path, facts: dict[str, Any], signature: str, key: "Ed25519PublicKey"
) -> None:
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - only where one is checked

    if not signature:
        raise _refused(path, "it is not signed")
    try:
        key.verify(base64.b64decode(signature, validate=True), canonical(facts).encode())
    except (InvalidSignature, ValueError):
        raise _refused(path, "it is not signed with this key, or not as it was written") from None


def _private(path: Path) -> "Ed25519PrivateKey":
    from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 - as above
        load_pem_private_key,
    )

    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError):
        key = None
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise ProjectError(
            "this is not a private key for Ed25519 without a password.",
            fix=f"make one with `{MAKE_KEY}`, and keep it away from this home.",
            where=path.name,
        )
    return key


def _public(path: Path) -> "Ed25519PublicKey":
    from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 - as above
        load_pem_public_key,
    )

    try:
        key = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError):
        key = None
    if not isinstance(key, ed25519.Ed25519PublicKey):
        raise ProjectError(
            "this is not a public key for Ed25519.",
            fix="write it with `openssl pkey -in KEY -pubout -out FILE`.",
            where=path.name,
        )
    return key


def _refused(path: Path, why: str) -> RecordsError:
    return RecordsError(
        f"the anchor proves nothing: {why}.",
        fix="ask whoever keeps the anchors for this one again, or use an older one.",
        where=path.name,
    )
