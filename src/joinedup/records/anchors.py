"""How is a cut-off tail found? By the chain's length and head, kept where the office cannot reach.

An anchor is a small JSON file. With a key it is signed (Ed25519), so that whoever keeps it cannot
be made to hold another, and whoever signed two of one length cannot say that they did not; the
signature is checked against the public key, given from elsewhere.
"""

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from joinedup.core import clock
from joinedup.core.digest import canonical
from joinedup.core.errors import ProjectError, RecordsError
from joinedup.records import kept
from joinedup.records.home import connected

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

FORM = "joinedup anchor 1"
NAME = "anchors of the ledger"
PATTERN = "anchor-*.json"
HASH_DIGITS = 64
MAKE_KEY = "openssl genpkey -algorithm ed25519 -out FILE"


@dataclass(frozen=True, slots=True)
class Anchor:
    """A point of the chain to keep elsewhere: so many events, and the hash of the last."""

    seq: int
    hash: str


def write(out: Path, key: Path | None = None, *, own: bool = False) -> Anchor:
    """Verify the chain and write where it ends now; signed, if asked for.

    Args:
        out: a new file.
        key: sign with this private key (PEM).
        own: sign with the key of anchors that this home has on its ring.

    Raises:
        ProjectError: the file is there already or cannot be written, the key is not Ed25519's, or
            two keys are asked for.
        RecordsError: the chain does not verify, or holds no event yet.
    """
    if key is not None and own:
        raise ProjectError(
            "an anchor is signed with one key.", fix="give --key or --own-key.", where=out.name
        )
    from joinedup.records.ledger import anchor, verify  # noqa: PLC0415 - Django, once connected

    signing = _private(key) if key is not None else own_key(connected()) if own else None
    end = anchor()
    found = verify(end)
    if not found.ok or not end.seq:
        raise RecordsError(
            f"there is nothing to vouch for: {found.reason if not found.ok else 'no event yet'}.",
            fix="run `joinedup audit verify`; anchor a chain that verifies.",
            where="ledger",
        )
    try:
        with out.open("x", encoding="ascii") as file:
            file.write(text_of(end, signing))
    except OSError as error:
        raise ProjectError(
            f"the anchor cannot be written ({error.strerror}).",
            fix="name a new file in a folder that you may write to; an anchor is not overwritten.",
            where=out.name,
        ) from None
    return end


def text_of(end: Anchor, key: "Ed25519PrivateKey | None") -> str:
    """The anchor as it is kept, signed if there is a key."""
    facts: dict[str, Any] = {
        "form": FORM,
        "events": end.seq,
        "head": end.hash,
        "at": clock.stamp(clock.now()),
    }
    if key is not None:
        facts["key"] = key.public_key().public_bytes_raw().hex()
        facts["signature"] = base64.b64encode(key.sign(canonical(facts).encode())).decode()
    return json.dumps(facts, indent=2, sort_keys=True) + "\n"


def own_key(home: Path) -> "Ed25519PrivateKey":
    """The home's own key for anchors, on its ring; made when the first anchor is signed with it."""
    from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415 - when one signs

    return ed25519.Ed25519PrivateKey.from_private_bytes(kept.secrets(home, NAME, make=True)[-1])


def own_public_keys(home: Path) -> set[str]:
    """The public halves of every key that has signed this home's anchors, in hexadecimal."""
    from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415 - as above

    return {
        ed25519.Ed25519PrivateKey.from_private_bytes(one).public_key().public_bytes_raw().hex()
        for one in kept.secrets(home, NAME, make=False)
    }


def public_pem(home: Path) -> str:
    """The public half of the home's own key, for whoever keeps its anchors."""
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 - as above
        Encoding,
        PublicFormat,
    )

    public = own_key(home).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@dataclass(frozen=True, slots=True)
class Kept:
    """An anchor as it was found.

    Attributes:
        at: when it was made, as it says itself.
        key: the public key that it says it is signed with, in hexadecimal; empty if it is not.
    """

    anchor: Anchor
    at: str
    key: str
    path: Path


def read(path: Path, public: Path | None = None) -> Anchor:
    """An anchor as it was written, its signature checked if a public key (PEM) is given.

    Raises:
        ProjectError: the file or the key cannot be read.
        RecordsError: it is not an anchor as one was written, or not signed with that key.
    """
    return looked_at(path, None if public is None else public_key(public)).anchor


def read_all(folder: Path, public: Path | None = None) -> list[Kept]:
    """Every anchor of a folder, those with the fewest events first, each as `read` has it.

    Raises:
        ProjectError: the folder, a file or the key cannot be read.
        RecordsError: one is not as it was written, or not signed with the key.
    """
    key = None if public is None else public_key(public)
    if not folder.is_dir():
        raise ProjectError(
            "there is no such folder of anchors.", fix="check the path.", where=folder.name
        )
    found = [looked_at(path, key) for path in sorted(folder.glob(PATTERN))]
    return sorted(found, key=lambda one: (one.anchor.seq, one.at))


def looked_at(path: Path, key: "Ed25519PublicKey | None" = None) -> Kept:
    """An anchor with what it says of itself; a signature that it bears must be right.

    Raises:
        ProjectError, RecordsError: as `read`.
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
    said, signature = facts.get("key", ""), facts.pop("signature", "")
    if key is not None or said:
        _require_signed(path, facts, signature, key or _raw(path, said))
    return Kept(Anchor(facts["events"], facts["head"]), facts["at"], said, path)


def _raw(path: Path, digits: str) -> "Ed25519PublicKey":
    from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415 - as above

    try:
        return ed25519.Ed25519PublicKey.from_public_bytes(bytes.fromhex(digits))
    except ValueError:
        raise _refused(path, "it is not an anchor, or not as it was written") from None


def _well_formed(facts: Any) -> bool:
    needed = {"form", "events", "head", "at"}
    if not isinstance(facts, dict) or set(facts) - {"signature", "key"} != needed:
        return False
    head, events = facts["head"], facts["events"]
    return bool(
        facts["form"] == FORM
        and type(events) is int
        and events > 0
        and isinstance(head, str)
        and len(head) == HASH_DIGITS
        and all(isinstance(facts.get(name, ""), str) for name in ("signature", "key", "at"))
    )


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


def public_key(path: Path) -> "Ed25519PublicKey":
    """The public key in a file (PEM).

    Raises:
        ProjectError: the file holds none.
    """
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
