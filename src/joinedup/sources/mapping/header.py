"""Is this the file that was agreed at all? Every mistake of its columns at once.

Another dataset's file, a first line that is no header, a name that stands twice. Which columns
changed is `drift`. A header that may be a row of data is not repeated.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from joinedup.core.errors import Problem
from joinedup.core.vocabulary import Dataset
from joinedup.sources.mapping.drift import NAMED_COLUMNS, alerts, known_columns
from joinedup.sources.mapping.naming import plain

OTHER_FITS = 0.6


def check_header(
    header: Sequence[str], dataset: Dataset, fields: Sequence[str], others: Sequence[Dataset]
) -> tuple[Problem, ...]:
    """What is wrong with the columns: a stranger's file, twice, or changed."""
    problems = other_file(header, dataset, others)
    if problems:
        return problems
    changes = alerts(header, {}, dataset, fields)
    return (
        *_repeated(header, dataset),
        *(Problem(dataset.id, alert.message, alert.fix) for alert in changes),
    )


def other_file(
    header: Sequence[str], dataset: Dataset, others: Sequence[Dataset]
) -> tuple[Problem, ...]:
    """Whether the file is another dataset's, or shows no header at all."""
    stranger = _other_dataset(header, dataset, others)
    if stranger:
        return (stranger,)
    return () if _recognised(header, dataset) else (_no_header(header, dataset),)


def _recognised(header: Sequence[str], dataset: Dataset) -> bool:
    """Whether any column is as expected, so that the first line is a header and may be repeated."""
    expected = {plain(name) for name in (*known_columns(dataset), *dataset.fields)} - {""}
    return any(plain(name) in expected for name in header)


def _likeness(header: Sequence[str], dataset: Dataset) -> float:
    """Share of columns in common, 0 to 1, of all in the header or promised."""
    known, there = set(known_columns(dataset)), set(header)
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
    expected = ", ".join(sorted(known_columns(dataset))[:NAMED_COLUMNS])
    return Problem(
        dataset.id,
        f"none of the {len(header)} columns is one of those agreed; the first line read may be a"
        " row of data, so it is not repeated here.",
        f"check layout.skip_rows and layout.delimiter; the header should hold {expected}.",
    )


def _repeated(header: Sequence[str], dataset: Dataset) -> Iterator[Problem]:
    for name, count in sorted(Counter(header).items()):
        if count == 1:
            continue
        yield Problem(
            dataset.id,
            f"the header names the column {name or '(without a name)'} {count} times.",
            "ask the sender for a new file in which each column has a name of its own.",
        )
