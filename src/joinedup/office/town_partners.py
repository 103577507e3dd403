"""What the invented town's partners do before they send: tokens in place of whoever a row is about.

Each is given the key of the project, makes its file from its own, and sends that and no other. The
key is in a folder of its own that is gone afterwards, as partners are told to do.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from joinedup.core.project import Project
from joinedup.core.vocabulary import Dataset
from joinedup.office.house import Office
from joinedup.office.pseudonymise import issue_key, pseudonymise


def send_tokens(office: Office, month: Path, out: Path) -> Path:
    """Make the files without names from those of a month, where their agreements want such.

    Again in the same folder does nothing that was done.

    Args:
        office: whose agreements and keys.
        month: the folder of the partners' own files.
        out: the folder to write in; made if anything is written.

    Returns:
        The folder.
    """
    files = {name: dataset.layout.file for name, dataset in office.folder.datasets.items()}
    wanted = [
        (project, dataset, month / files[dataset.pseudonymised_from], out / files[dataset.id])
        for project, dataset in _without_names(office)
    ]
    missing = [one for one in wanted if one[2].is_file() and not one[3].is_file()]
    if not missing:
        return out
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as apart:
        for project, dataset, file, sent in missing:
            key = Path(apart) / f"{project.id}.key"
            if not key.exists():
                issue_key(office, project.id, key)
            pseudonymise(office.folder, dataset.id, file, key_file=key, out=sent)
    return out


def _without_names(office: Office) -> Iterator[tuple[Project, Dataset]]:
    """Datasets that their partners make before sending, with the project whose key they take."""
    for found in office.folder.projects.values():
        for name in found.project.agreements:
            for dataset in office.folder.agreements[name].covers:
                declared = office.folder.datasets[dataset]
                if declared.pseudonymised_from:
                    yield found.project, declared
