"""What does a project lack to pass its gate, asked of a folder that may not be whole yet?

The folder is not read whole: a project file without a statement is a mistake there, and would be
told before the other items that are missing with it.
"""

import tomllib
from pathlib import Path

from joinedup.core.errors import ProjectError
from joinedup.office.folder import find
from joinedup.office.project_gate import missing_in


def require_items(office: Path | None, project: str | None) -> None:
    """Refuse with each item that is missing; a file that cannot be read is left to `load`.

    Raises:
        ProjectError: each missing item.
    """
    root = find(office or Path())
    files = sorted(root.glob("projects/*/project.toml"))
    chosen = [file for file in files if project is None or file.parent.name == project]
    if len(chosen) != 1:
        return
    try:
        content = tomllib.loads(chosen[0].read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return
    problems = missing_in(content, where=chosen[0].relative_to(root).as_posix())
    if problems:
        raise ProjectError.of(problems)
