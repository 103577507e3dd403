"""Which declared fields seem to hold data the law protects most, below the highest sensitivity?"""

from joinedup.core.errors import Problem
from joinedup.govern.pseudonyms.special import undeclared
from joinedup.office.folder import Folder
from joinedup.office.lines import line_of


def protected(folder: Folder) -> tuple[Problem, ...]:
    """A problem for each, with the file and line of the field; none if all is declared."""
    found: list[Problem] = []
    for name, dataset in folder.datasets.items():
        place = f"datasets/{name}.toml"
        text = (folder.root / place).read_text(encoding="utf-8")
        for field, problem in undeclared(dataset).items():
            line = line_of(text, ("fields", field))
            where = f"{place}:{line}" if line else place
            found.append(Problem(where, problem.what, problem.fix))
    return tuple(found)
