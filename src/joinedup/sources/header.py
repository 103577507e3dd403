"""Are the file's columns those that were agreed? Every mistake at once.

A header that may be a row of data is not repeated.
"""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from joinedup.core.errors import Problem
from joinedup.core.vocabulary import Dataset

OTHER_FITS = 0.6
NAMED_COLUMNS = 40


def check_header(
    header: Sequence[str], dataset: Dataset, fields: Sequence[str], others: Sequence[Dataset]
) -> tuple[Problem, ...]:
    """What is wrong with the columns: a stranger's file, twice, missing, unexpected."""
    stranger = _other_dataset(header, dataset, others)
    if stranger:
        return (stranger,)
    if not _recognised(header, dataset):
        return (_no_header(header, dataset),)
    return tuple(
        problem
        for part in (
            _repeated(header, dataset),
            _missing(header, dataset, fields),
            _unexpected(header, dataset),
        )
        for problem in part
    )


def _known(dataset: Dataset) -> dict[str, str]:
    """The sender's columns that may be there, to our field names (themselves, if ignored)."""
    fields = {dataset.sender_column(name): name for name in dataset.fields}
    return dict.fromkeys(dataset.layout.ignored, "") | fields


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _recognised(header: Sequence[str], dataset: Dataset) -> bool:
    """Whether any column is as expected, so that the first line is a header and may be repeated."""
    expected = {_plain(name) for name in (*_known(dataset), *dataset.fields)} - {""}
    return any(_plain(name) in expected for name in header)


def _likeness(header: Sequence[str], dataset: Dataset) -> float:
    """Share of columns in common, 0 to 1, of all in the header or promised."""
    known, there = set(_known(dataset)), set(header)
    return len(known & there) / max(1, len(known | there))


def _other_dataset(
    header: Sequence[str], dataset: Dataset, others: Sequence[Dataset]
) -> Problem | None:
    rivals = [other for other in others if other.id != dataset.id]
    best = max(rivals, key=lambda other: _likeness(header, other), default=None)
    if best is None or _likeness(header, best) <= max(OTHER_FITS, _likeness(header, dataset)):
        return None
    return Problem(
        dataset.id,
        f"the file's columns are those of the dataset {best.id}, not of {dataset.id}.",
        f"deliver it as {best.id}, or ask the sender for the file of {dataset.id}.",
    )


def _no_header(header: Sequence[str], dataset: Dataset) -> Problem:
    expected = ", ".join(sorted(_known(dataset))[:NAMED_COLUMNS])
    return Problem(
        dataset.id,
        f"none of the {len(header)} columns is one of those agreed; the first line read may be a"
        " row of data, so it is not repeated here.",
        f"check layout.skip_rows and layout.delimiter; the header should hold {expected}.",
    )


def _repeated(header: Sequence[str], dataset: Dataset) -> Iterator[Problem]:
    for name in sorted({name for name in header if header.count(name) > 1}):
        yield Problem(
            dataset.id,
            f"the header names the column {name or '(without a name)'} {header.count(name)} times.",
            "ask the sender for a new file in which each column has a name of its own.",
        )


def _missing(header: Sequence[str], dataset: Dataset, fields: Sequence[str]) -> Iterator[Problem]:
    free = [name for name in header if name and name not in _known(dataset)]
    for field in fields:
        wanted = dataset.sender_column(field)
        if wanted in header:
            continue
        near = _near(wanted, free) or _near(field, free)
        there = f"{near} is near; " if near else f"it does have {_listed(free)}; " if free else ""
        yield Problem(
            dataset.id,
            f"the file has no column {wanted}.",
            f'{there}rename one under [layout.rename] ({field} = "its name"), or ask the sender'
            " for a new file.",
        )


def _near(wanted: str, names: Sequence[str]) -> str:
    plain = {_plain(name): name for name in names}
    close = get_close_matches(_plain(wanted), list(plain), n=1, cutoff=0.7)
    return plain[close[0]] if close else ""


def _listed(names: Sequence[str]) -> str:
    more = len(names) - NAMED_COLUMNS
    return ", ".join(names[:NAMED_COLUMNS]) + (f" and {more} more" if more > 0 else "")


def _unexpected(header: Sequence[str], dataset: Dataset) -> Iterator[Problem]:
    known = _known(dataset)
    for name in dict.fromkeys(header):
        if name not in known:
            yield Problem(
                dataset.id,
                f"the file has a column {name or 'without a name'} that was not agreed.",
                "name it under layout.ignored so that it is never read, or add it to the dataset's"
                " fields and have an agreement cover it.",
            )
