"""Are the office's disclosure profiles right, and is every one that is asked for there?"""

from collections.abc import Iterator

from joinedup.core.errors import Problem, ReleaseError
from joinedup.govern.disclosure.profiles import PROFILES, declared
from joinedup.office.folder import MARK, Folder
from joinedup.office.lines import line_of

ASKS = ("disclosure",)


def disclosed(folder: Folder) -> tuple[Problem, ...]:
    """A problem for each mistake in a profile and each profile that is not there, with its line."""
    return (*_misdeclared(folder), *_strangers(folder))


def _misdeclared(folder: Folder) -> Iterator[Problem]:
    """What is wrong with the office's own profiles."""
    try:
        declared(folder.card.profiles, where=MARK)
    except ReleaseError as error:
        text = (folder.root / MARK).read_text(encoding="utf-8")
        for problem in error.problems:
            named = problem.where.removeprefix(f"{MARK}, ")
            line = line_of(text, ("profiles", named.removeprefix("disclosure profile ")))
            where = f"{MARK}:{line}" if line else MARK
            yield Problem(where, f"{named}: {problem.what}", problem.fix)


def _strangers(folder: Folder) -> Iterator[Problem]:
    """Profiles that the office, a project or an agreement asks for and nobody declares.

    One of the office's own is there though its numbers are wrong: that is told by itself.
    """
    import difflib  # noqa: PLC0415 - only for a mistake

    there = sorted({*PROFILES, *folder.card.profiles})
    for place, name in _asked(folder):
        if name and name not in there:
            line = line_of((folder.root / place).read_text(encoding="utf-8"), ASKS)
            near = difflib.get_close_matches(name, there, n=1)
            yield Problem(
                f"{place}:{line}" if line else place,
                f"there is no disclosure profile '{name}'.",
                f"did you mean {near[0]}?"
                if near
                else f"choose one of {', '.join(there)}, or declare it in {MARK}.",
            )


def _asked(folder: Folder) -> Iterator[tuple[str, str]]:
    """Each file that may ask for a profile, and the name it asks for; empty if it does not."""
    yield MARK, folder.card.disclosure
    for name, agreement in folder.agreements.items():
        yield f"agreements/{name}.toml", agreement.disclosure
    for name, project in folder.projects.items():
        yield f"projects/{name}/project.toml", project.project.disclosure
