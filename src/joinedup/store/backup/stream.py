"""How is a long text kept in a backup? Compressed and sealed in pieces, none of which can be moved.

AES-256-GCM over pieces of a mebibyte. Each file has a data key of its own, derived from the ring's
key and a salt; the number of a piece is its nonce, so no two meet under one key. What the file is,
each piece's number and whether it is the last are bound into it: a piece that was changed, moved,
left out or added does not open.
"""

import re
import secrets
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Self

from joinedup.core.digest import canonical
from joinedup.core.errors import RecordsError
from joinedup.records import keyring
from joinedup.records.keyring import Named

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORM = "joinedup sealed stream 1"
HEAD = re.compile(rf"{FORM} ([0-9a-f]{{16}}) ([0-9a-f]{{32}})\n")
HEAD_BYTES = len(FORM) + 1 + 16 + 1 + 32 + 1
PIECE = 1 << 20
TAG = 16
LENGTH = 4
NONCE = 12
QUICK = 1
CHANGED = "it is not as it was written"


class Sealer:
    """A file to write to, a piece at a time; whole only when it was left without an error."""

    def __init__(self, sink: IO[bytes], key: Named, *, what: str) -> None:
        """Begin the file.

        Args:
            sink: written to, in order.
            key: of the ring.
            what: the file is; with another word it does not open.
        """
        self._sink, self._held, self._number = sink, bytearray(), 0
        salt = secrets.token_hex(16)
        self._bound = canonical([FORM, key.id, salt, what])
        self._seal = _cipher(key.secret, self._bound)
        self._small = zlib.compressobj(QUICK)
        sink.write(f"{FORM} {key.id} {salt}\n".encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._held += self._small.flush()
            while len(self._held) > PIECE:
                self._put(last=False)
            self._put(last=True)

    def line(self, text: bytes) -> None:
        """A line more; it may hold no line end."""
        self._held += self._small.compress(text + b"\n")
        while len(self._held) > PIECE:
            self._put(last=False)

    def _put(self, *, last: bool) -> None:
        piece = bytes(self._held[:PIECE])
        del self._held[:PIECE]
        number, bound = _place(self._bound, self._number, last=last)
        sealed = self._seal.encrypt(number, piece, bound)
        self._sink.write(len(sealed).to_bytes(LENGTH) + sealed)
        self._number += 1


def opened(path: Path, key: Callable[[str], Named], *, what: str) -> Iterator[bytes]:
    """The lines of a file, each as it was written; none is given out of a piece that was changed.

    Args:
        path: of the file.
        key: gives the key of the ring by its id.
        what: the file is.

    Raises:
        RecordsError: it is not as it was written; names the file.
    """
    rest = b""
    small = zlib.decompressobj()
    for piece in _pieces(path, key, what):
        try:
            rest += small.decompress(piece)
        except zlib.error:
            raise changed(path) from None
        *lines, rest = rest.split(b"\n")
        yield from lines
    if rest or not small.eof:
        raise changed(path)


def changed(path: Path, what: str = CHANGED) -> RecordsError:
    """What is said of a file of a backup that is not whole."""
    return RecordsError(
        f"this part of the backup cannot be believed: {what.rstrip('.')}.",
        fix="restore another backup; nothing was touched.",
        where=path.name,
    )


def _pieces(path: Path, key: Callable[[str], Named], what: str) -> Iterator[bytes]:
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - when used

    with path.open("rb") as file:
        head = HEAD.fullmatch(file.read(HEAD_BYTES).decode("ascii", "replace"))
        if head is None:
            raise changed(path)
        bound = canonical([FORM, head[1], head[2], what])
        try:
            seal = _cipher(key(head[1]).secret, bound)
        except RecordsError as error:
            raise changed(path, f"it cannot be opened: {error.problems[0].what}") from None
        number, sealed = 0, _next(file, path)
        while sealed:
            after = _next(file, path)
            nonce, told = _place(bound, number, last=not after)
            try:
                yield seal.decrypt(nonce, sealed, told)
            except InvalidTag:
                raise changed(path) from None
            number, sealed = number + 1, after
        if not number:
            raise changed(path)


def _next(file: IO[bytes], path: Path) -> bytes:
    """The next piece, still sealed; nothing at the end of the file."""
    told = file.read(LENGTH)
    if not told:
        return b""
    length = int.from_bytes(told)
    if len(told) < LENGTH or not TAG <= length <= PIECE + TAG:
        raise changed(path)
    sealed = file.read(length)
    if len(sealed) < length:
        raise changed(path)
    return sealed


def _cipher(secret: bytes, bound: str) -> "AESGCM":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - as above

    return AESGCM(keyring.derived(secret, bound.encode()))


def _place(bound: str, number: int, *, last: bool) -> tuple[bytes, bytes]:
    return number.to_bytes(NONCE), canonical([bound, number, last]).encode()
