"""Where do the keys of this home lie, and are they there? Asked without making any."""

from pathlib import Path

from joinedup.records.keyring import MARK, ROOT_FILE, Named, held, key_by_id, key_folder


def are_here(home: Path) -> bool:
    """Whether the root of the keys lies where this home's keys should; that says not whose it is.

    Raises:
        ProjectError: as `key_folder`.
    """
    return (key_folder(home) / ROOT_FILE).exists()


def every(home: Path, name: str) -> tuple[Named, ...]:
    """The keys of this name, oldest first. Raises as `keyring.roots_of`."""
    return tuple(key_by_id(home, name, identity) for identity in held(home).get(name, ()))


def files(home: Path) -> tuple[Path, ...]:
    """The files whose change means that the keys are others; empty if the home has none."""
    try:
        mark = (home / MARK).read_text(encoding="ascii")
        folder, ring = key_folder(home), mark.strip().partition(" ")[2]
    except (OSError, ValueError):
        return ()
    return home / MARK, folder / ROOT_FILE, folder / f"ring-{ring}.json"
