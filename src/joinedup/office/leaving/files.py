"""A result as files: a page, plain text, JSON and a workbook; and whether files are as written."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from joinedup.core.digest import file_digest
from joinedup.core.errors import ReleaseError
from joinedup.result import html, text, xlsx
from joinedup.result import json as result_json
from joinedup.result.model import Candidate, Release

FOLDER_MODE, FILE_MODE = 0o700, 0o600
WAY_OUT = "way-out"
"""The lock that whoever writes on the desk or into the outbox holds."""


def write(
    made: Candidate | Release,
    folder: Path,
    *,
    title: str,
    office: str,
    attached: Mapping[str, bytes],
) -> dict[str, str]:
    """Every form into a folder, durably; gives name to SHA-256. Same content, same bytes."""
    folder.mkdir(mode=FOLDER_MODE, parents=True)
    page = html.page(made, title=title, subtitle=office)
    (folder / "report.html").write_text(page, encoding="utf-8")
    (folder / "report.txt").write_text(text.render(made), encoding="utf-8")
    (folder / "report.json").write_text(
        result_json.render_with_tables(made.result), encoding="utf-8"
    )
    xlsx.write(made, folder / "report.xlsx")
    for name, content in attached.items():
        (folder / name).write_bytes(content)
    files = sorted(folder.iterdir())
    for file in files:
        file.chmod(FILE_MODE)
        settle(file)
    settle(folder)
    return {file.name: file_digest(file) for file in files}


def settle(path: Path) -> None:
    """Make a file's content, or the names in a folder, durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def changed(folder: Path, files: Mapping[str, str]) -> tuple[str, ...]:
    """The files that are missing, changed, more than were written, or no plain files; by name.

    A link in place of a file is a change, wherever it leads.
    """
    if not folder.is_dir() or folder.is_symlink():
        return tuple(sorted(files))
    there = {path.name: path for path in folder.iterdir()}
    odd = set(there) ^ set(files)
    for name in set(there) & set(files):
        plain = stat.S_ISREG(there[name].lstat().st_mode)
        if not plain or file_digest(there[name]) != files[name]:
            odd.add(name)
    return tuple(sorted(odd))


def require_unchanged(folder: Path, files: Mapping[str, str], *, where: str) -> None:
    """Refuse files that are not as they were written.

    Raises:
        ReleaseError: says which.
    """
    if odd := changed(folder, files):
        raise ReleaseError(
            f"{', '.join(odd)} is not as it was made ready (hash_changed).",
            fix="find out who changed it; then make the result ready and have it reviewed anew.",
            where=where,
        )
