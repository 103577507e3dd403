"""Which rows are about these people? Identifiers in each form in which a table may hold them.

A table holds an identifier as it is, as the token of a project, or as a token that the sender made:
so each is looked for in each of its forms. What is kept in the records to know a person again is
never a form but a keyed digest of it, a mark; forms and marks are matched by the same code.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.core.digest import canonical
from joinedup.core.vocabulary import Dataset
from joinedup.govern.pseudonyms.columns import forms
from joinedup.govern.pseudonyms.keys import Key, derive
from joinedup.govern.pseudonyms.pseudonym import texts, token
from joinedup.govern.rights import HOMES, TOKEN_OF, Identifier, Kind, describes, kind_of
from joinedup.office.house import Office
from joinedup.store.keyed import keyed_digests

MARKS = "marks of subjects"
JOIN = "\x1f"
RAW = ""

Rows = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Looked:
    """Forms to look for, by where they may stand; or marks of them.

    Attributes:
        forms: place to the forms of one person; a place says in which way, and of which kinds.
        marked: whether they are marks, made with the key of this home.
    """

    forms: Mapping[str, frozenset[str]] = field(repr=False)
    marked: bool = False

    def as_json(self) -> dict[str, list[str]]:
        """Marks as the records keep them."""
        return {place: sorted(found) for place, found in self.forms.items()}

    @classmethod
    def together(cls, kept: Iterable[Mapping[str, Iterable[str]]]) -> "Looked":
        """The marks of several people, to be looked for at once."""
        found: dict[str, set[str]] = {}
        for one in kept:
            for place, marks in one.items():
                found.setdefault(place, set()).update(marks)
        return cls({place: frozenset(marks) for place, marks in found.items()}, marked=True)


def place(way: str, kinds: Iterable[Kind]) -> str:
    """The name of a place: the project whose tokens stand there, or none, and the kinds there."""
    return canonical([way, [[kind.standard, kind.scope] for kind in kinds]])


def looked_for(office: Office, identifiers: Iterable[Identifier]) -> Looked:
    """Every form in which the tables of this office may hold these identifiers."""
    keys = project_keys(office)
    datasets = [
        {name: kind for name in dataset.fields if (kind := kind_of(name, dataset))}
        for dataset in office.folder.datasets.values()
    ]
    own: dict[Kind, set[str]] = {}
    for one in identifiers:
        own.setdefault(one.kind, set()).add(one.form)
    for kind in {kind for kinds in datasets for kind in kinds.values()}:
        of = Kind(kind.standard.removeprefix(TOKEN_OF))
        if kind.standard.startswith(TOKEN_OF) and of in own:
            made = {_token(form, of, key) for form in own[of] for key in _all(keys)}
            own.setdefault(kind, set()).update(made)
    found: dict[str, set[str]] = {}
    for kind in filter(lambda kind: kind.alone, own):
        for way, held in _ways(kind, own[kind], keys):
            found.setdefault(place(way, [kind]), set()).update(held)
    for told_by in filter(None, (_described(kinds, own) for kinds in datasets)):
        for way, joint in _joint(told_by, own, keys):
            found.setdefault(place(way, told_by), set()).add(joint)
    return Looked({where: frozenset(held) for where, held in found.items()})


def marks_of(office: Office, looked: Looked) -> Looked:
    """The marks of these forms."""
    if looked.marked:
        return looked
    secret = _secret(office.home)
    return Looked(
        {
            where: frozenset(_marks(pa.array(sorted(held), pa.string()), where, secret).to_pylist())
            for where, held in looked.forms.items()
        },
        marked=True,
    )


def mark(office: Office, text: str, where: str) -> str:
    """The mark of one text."""
    made: str = _marks(pa.array([text]), where, _secret(office.home))[0].as_py()
    return made


def rows_of(
    office: Office, table: pa.Table, dataset: Dataset, looked: Looked, *, way: str = RAW
) -> Rows:
    """Which rows are about them, shape (rows,).

    A number that is theirs alone decides. A name with a date or a place decides only where the
    table has no such number of this row.

    Args:
        office: whose keys make marks.
        table: of the dataset, under its field names.
        dataset: that the table is of.
        looked: forms or marks.
        way: the project whose tokens stand in the columns; none if they are as they came.
    """
    kinds = {
        name: kind
        for name in dataset.fields
        if name in table.column_names and (kind := kind_of(name, dataset))
    }
    found = np.zeros(table.num_rows, dtype=bool)
    numbered = np.zeros(table.num_rows, dtype=bool)
    for name, kind in kinds.items():
        where = place(way, [kind])
        if not kind.alone:
            continue
        if kind.standard not in HOMES and not kind.scope:
            numbered |= _there(table[name])
        if where in looked.forms:
            told = column_forms(table[name], kind, way=way)
            found |= _among(office, told, where, looked)
    for where, columns in _descriptions(kinds, looked, way):
        told = _joined([column_forms(table[name], kinds[name], way=way) for name in columns])
        found |= _among(office, told, where, looked) & ~numbered
    return found


def column_forms(values: pa.ChunkedArray, kind: Kind, *, way: str = RAW) -> pa.Array:
    """The form of each cell of a column, shape (rows,); null where it says nothing."""
    told = texts(values).combine_chunks()
    whole = told.chunk(0) if isinstance(told, pa.ChunkedArray) and told.num_chunks else told
    if isinstance(whole, pa.ChunkedArray):
        whole = pa.array([], pa.string())
    if way != RAW or kind.standard.startswith(TOKEN_OF):
        return whole
    return forms(whole, kind.standard)


def project_keys(office: Office) -> dict[str, tuple[Key, ...]]:
    """Project to the keys of its tokens, of every root there was; none before anything has keys."""
    from joinedup.records import keyring  # noqa: PLC0415 - Django's room, only when needed

    if not (office.home / keyring.MARK).exists():
        return {}
    roots = keyring.roots_of(office.home)
    each = [
        keyring.Roots((name,), (secret,))
        for name, secret in zip(roots.ids, roots.secrets, strict=True)
    ]
    return {
        name: tuple(
            derive(root, project=one.project.id, purpose=one.project.purpose) for root in each
        )
        for name, one in office.folder.projects.items()
    }


def _all(keys: Mapping[str, tuple[Key, ...]]) -> Iterator[Key]:
    for one in keys.values():
        yield from one


def _token(form: str, kind: Kind, key: Key) -> str:
    made: str = token(pa.array([form]), kind.standard, key, scope=kind.scope)[0].as_py()
    return made


def _held(form: str, kind: Kind, key: Key) -> str:
    """The token under which a project holds a form."""
    standard = "" if kind.standard.startswith(TOKEN_OF) else kind.standard
    return _token(form, Kind(standard, kind.scope), key)


def _ways(
    kind: Kind, told: Iterable[str], keys: Mapping[str, tuple[Key, ...]]
) -> Iterator[tuple[str, set[str]]]:
    forms_told = set(told)
    yield RAW, forms_told
    for project, made_with in keys.items():
        yield project, {_held(form, kind, key) for form in forms_told for key in made_with}


def _described(kinds: Mapping[str, Kind], own: Mapping[Kind, set[str]]) -> tuple[Kind, ...]:
    """The kinds by which a dataset tells who somebody is, among those that are given."""
    there = sorted({kind for kind in kinds.values() if kind in own and _telling(kind)})
    return tuple(there) if describes({kind.standard for kind in there}) else ()


def _telling(kind: Kind) -> bool:
    return not kind.scope and (not kind.alone or kind.standard in HOMES)


def _joint(
    told_by: tuple[Kind, ...], own: Mapping[Kind, set[str]], keys: Mapping[str, tuple[Key, ...]]
) -> Iterator[tuple[str, str]]:
    import itertools  # noqa: PLC0415 - small

    for told in itertools.product(*(sorted(own[kind]) for kind in told_by)):
        yield RAW, JOIN.join(told)
        for project, made_with in keys.items():
            for key in made_with:
                pairs = zip(told, told_by, strict=True)
                yield project, JOIN.join(_held(form, kind, key) for form, kind in pairs)


def _descriptions(
    kinds: Mapping[str, Kind], looked: Looked, way: str
) -> Iterator[tuple[str, list[str]]]:
    """The places of several kinds that a table has all of, with its columns in their order."""
    import json  # noqa: PLC0415 - small

    columns: dict[Kind, str] = {}
    for name, kind in kinds.items():
        columns.setdefault(kind, name)
    for where in looked.forms:
        at, told = json.loads(where)
        wanted = [Kind(standard, scope) for standard, scope in told]
        if at == way and len(wanted) > 1 and all(kind in columns for kind in wanted):
            yield where, [columns[kind] for kind in wanted]


def _joined(columns: list[pa.Array]) -> pa.Array:
    return pc.binary_join_element_wise(*columns, JOIN)


def _there(values: pa.ChunkedArray) -> Rows:
    there: Rows = pc.is_valid(values).to_numpy(zero_copy_only=False).astype(bool)
    return there


def _among(office: Office, told: pa.Array, where: str, looked: Looked) -> Rows:
    if looked.marked:
        told = _marks(told, where, _secret(office.home))
    wanted = pa.array(sorted(looked.forms[where]), pa.string())
    found = pc.fill_null(pc.is_in(told, value_set=wanted), fill_value=False)
    among: Rows = found.to_numpy(zero_copy_only=False).astype(bool)
    return among & _there(told)


def _marks(told: pa.Array, where: str, secret: bytes) -> pa.Array:
    return keyed_digests(told, secret, where.encode() + b"\x00")


def _secret(home: Path) -> bytes:
    from joinedup.records import keyring  # noqa: PLC0415 - as above

    return keyring.key(home, MARKS).secret
