"""A partner's file and the dataset that describes it: proposed, shown, written when settled.

The file's content is looked at in memory; nothing of it is kept, shown or written. What is written
is the dataset's file, with its comments, in one step.
"""

import os
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, replace
from pathlib import Path
from typing import Any

from joinedup.core.errors import AgreementError, Problem, ProjectError
from joinedup.core.vocabulary import Dataset, Field, Layout
from joinedup.govern import admit
from joinedup.office.folder import Folder, find, load
from joinedup.office.house import Office, in_force
from joinedup.sources import WITHOUT_FILE
from joinedup.sources.child.jobs import drifted_by_child, proposed_by_child
from joinedup.sources.mapping import drift
from joinedup.sources.mapping.proposal import NONE, Proposal


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal with the file it would make.

    Attributes:
        place: the dataset's file under the office folder.
        text: what it would hold.
        shown: the part of it that is proposed: its layout, or all of a new dataset.
    """

    root: Path
    place: str
    text: str
    shown: str
    proposal: Proposal


def proposed(
    office: Path | None,
    file: Path,
    *,
    name: str = "",
    partner: str = "",
    accepted: Mapping[str, str] | None = None,
    date_style: str = "",
) -> Proposed:
    """Propose the layout of a file, and the text that would be written.

    Args:
        office: the office folder; the nearest one upward if not said.
        file: a file as the partner sends it.
        name: of the dataset it should be, declared or new; the file's name if not said.
        partner: who sends a dataset that is not declared yet.
        accepted: field to its column, `-` for none, as someone decided.
        date_style: the date format, as someone decided.

    Raises:
        ProjectError: mistakes in the folder, or no such field, column or partner.
        DeliveryError: the file cannot be opened.
    """
    folder = load(find(office or Path()))
    declared = folder.datasets.get(name)
    if declared is None and partner and partner not in folder.partners:
        known = ", ".join(sorted(folder.partners)) or "none yet"
        raise ProjectError(
            f"there is no partner '{partner}'.", fix=f"the partners are {known}.", where="partners"
        )
    found = proposed_by_child(
        file,
        declared,
        name=name,
        partner=partner,
        accepted=accepted,
        date_style=date_style,
        limits=folder.card.limits,
    )
    if declared is None:
        found = replace(found, unsure=(*found.unsure, *_unsaid(found.dataset, folder)))
    place = f"datasets/{found.dataset.id}.toml"
    now = (folder.root / place).read_text(encoding="utf-8") if declared else None
    text = toml(found.dataset, now)
    shown = _layout_alone(text) if declared else text
    return Proposed(folder.root, place, text, shown, found)


def _layout_alone(text: str) -> str:
    import tomlkit  # noqa: PLC0415 - only who proposes a layout pays for it

    return tomlkit.dumps({"layout": tomlkit.parse(text)["layout"]})


def _unsaid(dataset: Dataset, folder: Folder) -> tuple[str, ...]:
    """What only people can say of a new dataset."""
    unsaid = []
    if dataset.id in folder.datasets:
        unsaid.append(f"there is a dataset {dataset.id} already; say which with --dataset.")
    if not dataset.partner:
        unsaid.append("who sends the file is not known; name the partner with --partner.")
    return tuple(unsaid)


def check_settled(proposal: Proposal) -> None:
    """See that nothing is left for someone to decide before the layout is written.

    Raises:
        ProjectError: what is, every such thing at once.
    """
    if not proposal.sure:
        raise ProjectError.of(_unsettled(proposal))


def _unsettled(proposal: Proposal) -> tuple[Problem, ...]:
    where = proposal.dataset.id
    matches = (
        Problem(
            where,
            f"it is unsure which column is {one.field}: {one.why}.",
            f'settle it with --accept "{one.field}={one.column or NONE}", or another column;'
            f" {NONE} for none.",
        )
        for one in proposal.matches
        if not one.sure
    )
    others = (Problem(where, what, "settle it, then write again.") for what in proposal.unsure)
    return (*matches, *others)


def write(made: Proposed) -> None:
    """Put the proposed text in place of the dataset's file, whole or not at all.

    Raises:
        ProjectError: something is unsettled, every such thing at once.
    """
    check_settled(made.proposal)
    target = made.root / made.place
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(made.text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def toml(dataset: Dataset, now: str | None) -> str:
    """The dataset as TOML: the file as it is with its layout mended, or a new one whole.

    Raises:
        ProjectError: the text would not be read back as the same dataset.
    """
    import tomlkit  # noqa: PLC0415 - only who writes a layout pays for it

    if now is None:
        document = tomlkit.document()
        document.update({"partner": dataset.partner, "title": dataset.title})
        document.update({"grain": dataset.grain, "key": list(dataset.key), "layout": {}})
        document["fields"] = {name: _said(field, Field) for name, field in dataset.fields.items()}
    else:
        document = tomlkit.parse(now)
    _mend(document["layout"], _said(dataset.layout, Layout))
    text = tomlkit.dumps(document)
    if _read_back(text, dataset.id) != dataset:
        raise ProjectError(
            "the layout cannot be written into this file as it stands.",
            fix="mend [layout] by hand after what `joinedup layout` shows.",
            where=f"datasets/{dataset.id}.toml",
        )
    return text


def _said(record: Any, kind: type[Any]) -> dict[str, Any]:
    """What differs from what holds if nothing is said."""
    said = {}
    for one in fields(kind):
        silent = one.default if one.default is not MISSING else None
        if one.default_factory is not MISSING:
            silent = one.default_factory()
        value = getattr(record, one.name)
        if value != silent:
            said[one.name] = _plain(value)
    return said


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return (
        {name: _plain(one) for name, one in value.items()} if isinstance(value, Mapping) else value
    )


def _mend(table: Any, said: Mapping[str, Any]) -> None:
    """Change what differs and leave the rest, with its comments, as it stands."""
    for name in [name for name in table if name not in said]:
        del table[name]
    for name, value in said.items():
        if isinstance(value, dict) and name in table:
            _mend(table[name], value)
        elif name not in table or table[name] != value:
            table[name] = value
    # What stands after a table's own header belongs to that table: plain values come first.
    for name in [name for name, value in said.items() if isinstance(value, dict)]:
        table[name] = table.pop(name)


def _read_back(text: str, name: str) -> Dataset:
    from pydantic import TypeAdapter  # noqa: PLC0415 - not needed for `--help`

    return TypeAdapter(Dataset).validate_python({"id": name} | tomllib.loads(text))


@dataclass(frozen=True, slots=True)
class Drifted:
    """What a file would be told for, were it delivered.

    Attributes:
        held_against: the file of the last delivery; empty where there was none.
    """

    dataset: str
    problems: tuple[Problem, ...]
    alerts: tuple[drift.Alert, ...]
    held_against: str

    @property
    def refuses(self) -> bool:
        """Whether a delivery of the file would be refused for it."""
        return bool(self.problems) or any(a.kind not in ("codes", "moved") for a in self.alerts)


def drifted(office: Office, name: str, file: Path) -> Drifted:
    """Hold a file against its saved layout and the last delivery, without taking it.

    Raises:
        ProjectError: no such dataset.
        DeliveryError: the file cannot be opened as the layout says.
    """
    from joinedup.records.models import Delivery  # noqa: PLC0415 - Django, only when needed

    if name not in office.folder.datasets:
        known = ", ".join(sorted(office.folder.datasets))
        fix = f"the datasets are {known}."
        raise ProjectError("there is no such dataset.", fix=fix, where=name)
    dataset = office.folder.datasets[name]
    if dataset.layout.format in WITHOUT_FILE:
        what = "the dataset is read from a database, so there is no file to hold against it."
        raise ProjectError(what, fix="joinedup deliver compares it as it is read.", where=name)
    others = [other for other in office.folder.datasets.values() if other.id != name]
    last = Delivery.objects.latest(name)
    problems, alerts = drifted_by_child(
        file,
        dataset,
        others,
        _asked(office, dataset),
        before=last.profile if last else None,
        limits=office.folder.card.limits,
    )
    return Drifted(name, problems, alerts, last.file_name if last and not problems else "")


def _asked(office: Office, dataset: Dataset) -> tuple[str, ...]:
    """The fields a delivery would take today; all of them, where no agreement is in force yet."""
    try:
        return admit.admissible(dataset, in_force(office))
    except AgreementError:
        return tuple(dataset.fields)
