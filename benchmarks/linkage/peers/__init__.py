"""What would a person use instead? Each peer in an environment of its own, made when it is needed.

A peer is a script here, `by_NAME.py`, and the names and versions it needs, `NAME.txt`; one without
such a list runs in our environment. It is given `WHAT OUT FILES…`, all files CSV and the truth the
last of them, and writes into the folder OUT `pairs.csv` (one, other), `entities.csv` (id, entity)
or both. Only one that learns from labels reads the truth.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import Used, used

HERE = Path(__file__).parent
LONGEST = 180.0
"""Seconds of cores after which a peer is ended, and told to be."""


@dataclass(frozen=True)
class Peer:
    """One way of linking.

    Attributes:
        name: of its script.
        told: who it is, as the table says.
    """

    name: str
    told: str


SPLINK = Peer("splink", "Splink 5 by hand")
GOLDENMATCH = Peer("goldenmatch", "GoldenMatch, no settings")
DEDUPE = Peer("dedupe", "dedupe, taught true pairs of these lists")
ADDRESSES = Peer("uk_address_matcher", "uk_address_matcher")


def ran(peer: Peer, what: str, out: Path, files: Sequence[Path]) -> Used | str:
    """What the peer took to write into the folder `out`, or why there is nothing.

    Args:
        peer: who links.
        what: is linked, as its script calls it.
        out: a folder, which is made.
        files: that are linked, and the truth.
    """
    out.mkdir()
    script = HERE / f"by_{peer.name}.py"
    try:
        python = _environment(peer.name)
    except subprocess.CalledProcessError:
        return "not measured: its environment could not be made"
    try:
        return used([str(script), what, str(out), *map(str, files)], python=python, within=LONGEST)
    except RuntimeError:
        return "not measured: it did not end well"
    except TimeoutError:
        return f"not done in {LONGEST:.0f} s of cores"


def _environment(name: str) -> Path | None:
    """The Python of a peer's environment, made once for each list of what it needs."""
    needs = HERE / f"{name}.txt"
    if not needs.exists():
        return None
    digest = hashlib.sha256(needs.read_bytes()).hexdigest()[:12]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    place = cache / "joinedup" / "peers" / f"{name}-{digest}"
    python, ready = place / "bin" / "python", place / "ready"
    if not ready.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", place], check=True)
        install = [
            python,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--quiet",
            "--no-deps",
            "--requirement",
            needs,
        ]
        subprocess.run(install, check=True)
        ready.touch()
    return python
