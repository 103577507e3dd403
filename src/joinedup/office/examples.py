"""Where are the invented offices that come with the product?

In the installed package, or in the source tree beside it.
"""

import shutil
from pathlib import Path

from joinedup.core.errors import ProjectError

PACKAGE = Path(__file__).resolve().parents[1]


def example(name: str) -> Path:
    """The folder of an example office.

    Raises:
        ProjectError: the installation is without its examples.
    """
    for base in (PACKAGE / "examples", PACKAGE.parents[1] / "examples"):
        if (base / name / "office.toml").is_file():
            return base / name
    raise ProjectError(
        f"the example office '{name}' is not part of this installation.",
        fix="install joinedup again, or run from a copy of its source.",
        where="examples",
    )


def copied(name: str, into: Path) -> Path:
    """A copy of an example that may be edited; one that is there already is left as it is."""
    if not (into / "office.toml").is_file():
        shutil.copytree(example(name), into, dirs_exist_ok=True)
    return into
