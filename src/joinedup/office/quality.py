"""How good is the latest delivery of each dataset, and for what? Drawn from the records alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from joinedup.core.errors import ProjectError
from joinedup.core.vocabulary import Dataset
from joinedup.office.house import Office
from joinedup.office.permit import asked, require
from joinedup.office.told import SHOW, before_answer
from joinedup.sources.fitness.quality import Grade, Profile, grades

NOTHING_YET = "nothing delivered yet"
NOT_MEASURED = "delivered before quality was measured; deliver the next file to have a card"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The scorecard of one dataset.

    Attributes:
        words: the delivery in words, or why there is no card.
        grades: for each use that the delivery has the fields for.
        profile: the counts behind them; None where there is no card.
    """

    dataset: str
    title: str
    words: str
    delivered: str = ""
    grades: tuple[Grade, ...] = ()
    profile: Profile | None = None

    def as_json(self) -> dict[str, Any]:
        """For a program."""
        return {
            "dataset": self.dataset,
            "title": self.title,
            "words": self.words,
            "delivered": self.delivered,
            "grades": [grade.as_json() for grade in self.grades],
            "profile": None if self.profile is None else self.profile.as_json(),
        }


def cards(office: Office, name: str | None = None) -> tuple[Card, ...]:
    """A card for each dataset, or for the one named, that the acting person may deliver.

    Raises:
        ProjectError: there is no such dataset.
        AuditUnavailable: that they are shown cannot be written down.
        PolicyDenied: the policy in force does not let them deliver the one named.
    """
    datasets = office.folder.datasets
    if name is not None and name not in datasets:
        known = ", ".join(sorted(datasets))
        raise ProjectError(
            "there is no such dataset.", fix=f"the datasets are {known}.", where=name
        )
    if name is not None:
        require(office, "deliver", about=name, partner=datasets[name].partner)
        wanted = {name: datasets[name]}
    else:
        partners = {dataset.partner for dataset in datasets.values()}
        may = {one for one in partners if asked(office, "deliver", partner=one).permit is not None}
        wanted = {one: dataset for one, dataset in datasets.items() if dataset.partner in may}
    before_answer(office, SHOW, "quality", {"datasets": sorted(wanted)})
    return tuple(_card(dataset) for dataset in wanted.values())


def _card(dataset: Dataset) -> Card:
    from joinedup.records.models import Delivery  # noqa: PLC0415 - Django, only when needed

    row = Delivery.objects.latest(dataset.id)
    if row is None:
        return Card(dataset=dataset.id, title=dataset.title, words=NOTHING_YET)
    kept: Mapping[str, Any] | None = row.profile.get("quality")
    if not kept:
        return Card(
            dataset=dataset.id, title=dataset.title, words=NOT_MEASURED, delivered=row.at[:10]
        )
    profile = Profile.from_json(kept)
    return Card(
        dataset=dataset.id,
        title=dataset.title,
        words=f"{profile.rows:,} rows of {row.file_name}, delivered {row.at[:10]}",
        delivered=row.at[:10],
        grades=grades(profile, dataset),
        profile=profile,
    )
