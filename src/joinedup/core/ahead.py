"""The next item of a series is made while the last one is worked on."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")


def ahead(series: Iterator[Item]) -> Iterator[Item]:
    """The same series, made one item ahead by a second thread; what it raises is raised here."""
    end = object()
    with ThreadPoolExecutor(1) as beside:
        try:
            coming = beside.submit(next, series, end)
        except RuntimeError:  # there is no memory for a second thread
            yield from series
            return
        while (item := coming.result()) is not end:
            coming = beside.submit(next, series, end)
            yield item  # type: ignore[misc]  # it is not the end
