"""Which rules of disclosure does a result leave under?"""

from joinedup.govern.disclosure.profiles import Profile, chosen, stricter
from joinedup.govern.disclosure.profiles import declared as profiles
from joinedup.office.folder import ProjectFolder
from joinedup.office.house import Office
from joinedup.result.model import Result


def profile_of(office: Office, project: ProjectFolder, result: Result) -> Profile:
    """The strictest of what the office, the project and the agreements behind a result ask for.

    Raises:
        ReleaseError: one of them names a profile that is not there.
    """
    card = office.folder.card
    there = profiles(card.profiles, where="office.toml")
    agreements = [
        office.folder.agreements[name]
        for name in (result.provenance.agreements if result.provenance else ())
        if name in office.folder.agreements
    ]
    asked = [project.project.disclosure, *(one.disclosure for one in agreements)]
    found = chosen(card.disclosure, there, threshold=card.threshold)
    for name in filter(None, asked):
        found = stricter(found, chosen(name, there, threshold=card.threshold))
    return found
