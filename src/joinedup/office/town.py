"""An invented town's deliveries, for an office that has none of its own yet."""

from collections.abc import Callable
from pathlib import Path

from joinedup.core.errors import ProjectError
from joinedup.town.make import Made
from joinedup.town.make import make as make_town


def make(
    people: int,
    seed: int,
    out: Path,
    *,
    months: int,
    key_file: Path | None,
    tell: Callable[[str, int, int], None],
) -> Made:
    """A town in an empty folder; the key, if the health bodies send tokens, is the file's bytes.

    Raises:
        ProjectError: what was asked cannot be made, or the key file cannot be read.
    """
    return make_town(
        people, seed, out, months=months, pseudonymise_health=_key(key_file), tell=tell
    )


def _key(path: Path | None) -> bytes | None:
    if path is None:
        return None
    try:
        return path.read_bytes()
    except OSError as error:
        raise ProjectError(
            "the key file cannot be read.",
            fix="name a file of random bytes, such as from `openssl rand -out KEYFILE 32`.",
            where=str(path),
        ) from error
