"""How much may a partner's file take here, and what can the process that parses it still do?

The caps are the office's; what the process can do is tried on this machine, not assumed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from joinedup.core.errors import ProjectError
from joinedup.core.limits import CAPS, Limits
from joinedup.office.folder import find, load
from joinedup.sources.child.jobs import Tried, probe


@dataclass(frozen=True, slots=True)
class Cap:
    """One cap.

    Attributes:
        value: as it holds here; less than was set where this machine has less.
        default: what holds where an office says nothing.
        what: what it caps, in words.
    """

    name: str
    value: int
    default: int
    what: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The caps, and what a child was found to be able to do.

    Attributes:
        promises: what a child should not be able to do, and whether it was not.
        layers: what the kernel offers to see to it, and whether it did.
    """

    office: str
    caps: tuple[Cap, ...]
    promises: Mapping[str, bool]
    layers: Mapping[str, bool]


def shown(office: Path | None = None) -> Shown:
    """The caps of an office, or those of every office where there is none here.

    Raises:
        ProjectError: mistakes in the folder, or none where one was named.
        DeliveryError: no child can be started.
    """
    limits, name = _of(office)
    tried = probe(limits)
    plain = Limits()
    caps = tuple(
        Cap(
            cap,
            tried.memory_bytes if cap == "memory_bytes" else getattr(limits, cap),
            getattr(plain, cap),
            what,
        )
        for cap, what in CAPS.items()
    )
    return Shown(name, caps, _promises(tried), _layers(tried))


def _of(office: Path | None) -> tuple[Limits, str]:
    try:
        root = find(office or Path())
    except ProjectError:
        if office is not None:
            raise
        return Limits(), ""
    card = load(root).card
    return card.limits, card.id


def _promises(tried: Tried) -> dict[str, bool]:
    return {
        "reaches no network, not even itself": not tried.connects,
        "writes no file": not tried.writes,
        "reads no file but the one it was given": not tried.reads,
        "starts no process": not tried.forks,
        "takes no more memory than its cap": not tried.allocates,
        "leaves no copy of its memory when it breaks": not tried.dumps,
        "has nothing of the office's environment": not tried.environment,
    }


def _layers(tried: Tried) -> dict[str, bool]:
    return {
        "a network of its own, without a device": tried.network,
        "files closed off (Landlock)": tried.files,
        "system calls refused (seccomp)": tried.calls,
    }
