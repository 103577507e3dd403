"""How does an office get its keys back that it has lost? From so many of its shares, and no fewer.

Shamir's way (How to share a secret, CACM 22, 1979), over the field of 256 elements that AES uses: a
recovery key is drawn, and of each of its bytes a polynomial whose value at 0 it is. A share has the
values at one place. With one fewer than are needed, every key is as likely as any other.

The root keys lie beside the shares, sealed under the recovery key; so do the ring, wrapped under
the root as ever, and the list of what was erased. Each share bears an HMAC under the recovery key:
one that was forged or changed is found as soon as enough good ones are there.
"""

import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from joinedup.core.digest import canonical
from joinedup.core.errors import Problem, ProjectError, RecordsError
from joinedup.records import keyfile, keyring

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORM = "joinedup share 1"
SEALED = "root.sealed"
MOST = 255
LEAST = 2
MAC, SEAL = b"joinedup share mac 1", b"joinedup share seal 1"
FIELD = 0x11B  # x^8 + x^4 + x^3 + x + 1


@dataclass(frozen=True, slots=True)
class Share:
    """One share of a recovery key.

    Attributes:
        set: drawn for all shares that were made together.
        number: the place of its values, from 1.
        needed: so many give the key back.
        of: so many were made.
        values: one for each byte of the key; not in `repr`.
        mac: of all this, under the key.
    """

    set: str
    number: int
    needed: int
    of: int
    values: bytes = field(repr=False)
    mac: str = ""

    def bound(self) -> bytes:
        """What the HMAC is of."""
        told = [FORM, self.set, self.number, self.needed, self.of, self.values.hex()]
        return canonical(told).encode()


@dataclass(frozen=True, slots=True)
class Recovered:
    """What shares gave back.

    Attributes:
        set: of the shares.
        used: numbers of the good ones.
        forged: numbers of those that are not as they were made.
        ring: whether the ring lay beside them.
    """

    set: str
    used: tuple[int, ...]
    forged: tuple[int, ...]
    ring: bool


def split(secret: bytes, *, needed: int, of: int) -> list[bytes]:
    """The values of a secret's polynomials at 1, 2, … `of`.

    Raises:
        ProjectError: fewer than two are needed, or fewer are made than needed, or too many.
    """
    if not LEAST <= needed <= of <= MOST:
        raise ProjectError(
            f"{of} shares of which {needed} are needed cannot be made.",
            fix=f"need at least {LEAST}, make at least as many as are needed, at most {MOST}.",
            where="shares",
        )
    terms = [secret, *(secrets.token_bytes(len(secret)) for _ in range(needed - 1))]
    return [_values(terms, place) for place in range(1, of + 1)]


def joined(points: Mapping[int, bytes]) -> bytes:
    """The secret that these values, by their places, give back (Lagrange's way, at 0)."""
    made = bytearray(len(next(iter(points.values()))))
    for place, values in points.items():
        weight = 1
        for other in points:
            if other != place:
                weight = _times(weight, _times(other, _inverse(other ^ place)))
        for number, value in enumerate(values):
            made[number] ^= _times(value, weight)
    return bytes(made)


def make(folder: Path, mark: str, out: Path, *, needed: int, of: int) -> str:
    """Write shares of the keys in a folder to another; gives the name of the set.

    Raises:
        ProjectError: as `split`; or there is something in the folder already.
        RecordsError: the keys are missing or not as they were written.
    """
    text = keyfile.read_private(folder / keyring.ROOT_FILE, fix=keyring.BRING_BACK)
    keyring.load_roots(folder)
    key, name = secrets.token_bytes(keyring.KEY_BYTES), secrets.token_hex(8)
    values = split(key, needed=needed, of=of)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ProjectError("there is something here already.", fix="name a new folder.")
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    refresh(folder, mark, out)
    nonce = secrets.token_bytes(keyring.NONCE_BYTES)
    sealed = nonce + _cipher(key).encrypt(nonce, text.encode(), name.encode())
    told = {"form": FORM, "set": name, "root": sealed.hex()}
    keyfile.write_new(out / SEALED, canonical(told) + "\n")
    for number, one in enumerate(values, 1):
        share = Share(name, number, needed, of, one)
        facts = {"form": FORM, "set": name, "number": number, "needed": needed, "of": of}
        facts |= {"values": one.hex(), "mac": _mac(key, share)}
        keyfile.write_new(out / f"share-{number}.json", json.dumps(facts, indent=2) + "\n")
    return name


def refresh(folder: Path, mark: str, out: Path) -> None:
    """Put ring and list of what was erased, as they are now, in place of those beside shares.

    Raises:
        ProjectError, RecordsError: they are missing, others may read them, or a disk refuses.
    """
    for file in beside(mark):
        if (folder / file).exists():
            keyfile.replace(out / file, keyfile.read_private(folder / file, fix=keyring.BRING_BACK))


def combine(files: Sequence[Path], reserve: Path, folder: Path) -> Recovered:
    """Put the keys back into a key folder from shares and what lies in reserve beside them.

    Raises:
        ProjectError: too few shares, shares of several sets, or there are keys already.
        RecordsError: not enough of the shares are as they were made, or the sealed root is not.
    """
    shares = [read(path) for path in files]
    sealed = _sealed(reserve / SEALED)
    _require_enough(shares, sealed["set"])
    key, used = _key(shares)
    text = _opened(key, sealed, reserve / SEALED)
    if (folder / keyring.ROOT_FILE).exists():
        raise ProjectError(
            "there is a root key already, and a key is never overwritten.",
            fix="name another folder with --out, or move the old keys away.",
            where=folder.name,
        )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    rings = sorted((*reserve.glob("ring-*.json"), *reserve.glob("tombstones-*.jsonl")))
    for path in rings:
        if not (folder / path.name).exists():
            content = keyfile.read_private(path, fix="bring back what lay beside the shares")
            keyfile.write_new(folder / path.name, content)
    keyfile.write_new(folder / keyring.ROOT_FILE, text)
    keyring.load_roots(folder)
    forged = {share.number for share in shares} - used
    has_ring = any(folder.glob("ring-*.json"))
    return Recovered(sealed["set"], tuple(sorted(used)), tuple(sorted(forged)), has_ring)


def read(path: Path) -> Share:
    """One share, as it was written.

    Raises:
        ProjectError: it is not there, or others may read it.
        RecordsError: it is not of the form of a share.
    """
    text = keyfile.read_private(path, fix="name the file of a share")
    try:
        told = json.loads(text)
        number, needed, of = (int(told[name]) for name in ("number", "needed", "of"))
        values = bytes.fromhex(told["values"])
        share = Share(str(told["set"]), number, needed, of, values, str(told["mac"]))
        sound = told["form"] == FORM and len(values) == keyring.KEY_BYTES
    except (ValueError, KeyError, TypeError):
        raise keyfile.damaged(path) from None
    if not sound or not LEAST <= needed <= of <= MOST or not 0 < number <= of:
        raise keyfile.damaged(path)
    return share


def beside(mark: str) -> tuple[str, str]:
    """The files of a key folder that are a home's own, beside the root."""
    ring = mark.partition(" ")[2]
    return f"ring-{ring}.json", f"tombstones-{ring}.jsonl"


def _require_enough(shares: Sequence[Share], name: str) -> None:
    strangers = [share.number for share in shares if share.set != name]
    numbers = {share.number for share in shares}
    needed = max((share.needed for share in shares), default=LEAST)
    problems = []
    if strangers:
        what = f"shares {', '.join(map(str, strangers))} are of another set than the sealed root."
        problems.append(Problem("shares", what, "give shares that were made together."))
    if len(numbers) < needed:
        what = f"{len(numbers)} shares are given; {needed} are needed."
        problems.append(Problem("shares", what, "ask more of those who hold them."))
    if problems:
        raise ProjectError.of(problems)


def _key(shares: Sequence[Share]) -> tuple[bytes, frozenset[int]]:
    """The key under which enough shares are as they were made, and which those are."""
    for needed in sorted({share.needed for share in shares}):
        for some in combinations(shares, needed):
            points = {share.number: share.values for share in some}
            if len(points) < needed or any(share.needed != needed for share in some):
                continue
            key = joined(points)
            good = [one for one in shares if hmac.compare_digest(_mac(key, one), one.mac)]
            if set(some) <= set(good):
                return key, frozenset(share.number for share in good)
    raise RecordsError(
        "these shares do not give the key back: at least one is not as it was made.",
        fix="give more shares, so that the false one can be told from the good ones.",
        where="shares",
    )


def _sealed(path: Path) -> dict[str, str]:
    try:
        told = json.loads(keyfile.read_private(path, fix="name the folder the shares were made in"))
        return {"set": str(told["set"]), "root": str(told["root"])}
    except (ValueError, KeyError, TypeError):
        raise keyfile.damaged(path) from None


def _opened(key: bytes, sealed: Mapping[str, str], path: Path) -> str:
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - when used

    try:
        content = bytes.fromhex(sealed["root"])
        nonce, rest = content[: keyring.NONCE_BYTES], content[keyring.NONCE_BYTES :]
        return _cipher(key).decrypt(nonce, rest, sealed["set"].encode()).decode("ascii")
    except (InvalidTag, ValueError):
        raise keyfile.damaged(path) from None


def _cipher(key: bytes) -> "AESGCM":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - as above

    return AESGCM(keyring.derived(key, SEAL))


def _mac(key: bytes, share: Share) -> str:
    return hmac.digest(keyring.derived(key, MAC), share.bound(), "sha256").hex()


def _values(terms: Sequence[bytes], place: int) -> bytes:
    """The polynomials' values at a place (Horner's way)."""
    made = bytearray(len(terms[0]))
    for term in reversed(terms):
        for number, value in enumerate(term):
            made[number] = _times(made[number], place) ^ value
    return bytes(made)


def _times(one: int, other: int) -> int:
    """The product in the field; as many steps whatever the numbers are."""
    made = 0
    for bit in range(8):
        made ^= one * (other >> bit & 1)
        one = (one << 1) ^ (FIELD * (one >> 7))
    return made


def _inverse(one: int) -> int:
    """What gives 1 with it: its 254th power, for the 255th of any but 0 is 1."""
    made = 1
    for _ in range(254):
        made = _times(made, one)
    return made
