"""The analyst's bench: a method called with frames, without office, home or agreement.

What it gives says that it is not for release.
"""

import difflib
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pyarrow as pa
import pyarrow.compute as pc

from joinedup.core import clock
from joinedup.core.digest import digest
from joinedup.core.errors import MethodError, Problem, ProjectError
from joinedup.core.method import Method, Provenance, Reads
from joinedup.store import redraw
from joinedup.store.access import open_access
from joinedup.store.engine import Granted

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic.fields import FieldInfo

TABLE, LINKAGE = "table", "linkage"


def bench(method: Method, arguments: Mapping[str, Any]) -> Any:
    """Run a method on frames: arguments that are frames or paths are tables, the rest settings.

    `tables={"name": frame}` names tables that the settings refer to by that name. `linkage=frame`,
    the table `doubt` of a linkage, has every estimate carry the doubt of who is who.
    """
    frames = dict(arguments.get("tables") or {})
    linkage = arguments.get(LINKAGE)
    settings = {key: value for key, value in arguments.items() if key not in {"tables", LINKAGE}}
    for key, value in list(settings.items()):
        if key in table_fields(method.spec) and not _is_name(value, frames):
            frames[key] = value
            settings[key] = key
    for key in table_fields(method.spec):
        if key in frames:
            settings.setdefault(key, key)
    spec = fill(method.spec, settings, where=method.name)
    tables = {name: to_arrow(frame, name=name) for name, frame in frames.items()}
    if linkage is None:
        return run_on(method, spec, tables)
    doubt = to_arrow(linkage, name=LINKAGE)
    return redraw.in_doubt(partial(run_on, method, spec), tables, doubt)


def run_on(method: Method, spec: Any, tables: Mapping[str, pa.Table]) -> Any:
    """Run a method with filled settings on named tables; the Output carries its provenance."""
    spec = method.settle(spec, tables) if method.settle else spec
    reads = method.reads(spec)
    check_columns(reads, {name: table.column_names for name, table in tables.items()})
    grants = {name: Granted(tables[name], tuple(columns)) for name, columns in reads.items()}
    inputs = {
        name: table_digest(tables[name].select(list(columns))) for name, columns in reads.items()
    }
    with open_access(grants, step=method.name, purpose="bench") as access:
        output = method.run(spec, access)
    return output.stamped(provenance(method, spec, inputs))


def provenance(method: Method, spec: Any, inputs: Mapping[str, str], **facts: Any) -> Provenance:
    """Where an output of this method, with these settings and inputs, comes from."""
    from joinedup import __version__  # noqa: PLC0415 - the package's face, not a room

    settings = spec.model_dump(mode="json")
    return Provenance(
        method=method.name,
        method_version=method.version,
        settings=settings,
        inputs=dict(sorted(inputs.items())),
        seed=settings.get("seed"),
        software=f"joinedup {__version__}",
        at=clock.stamp(clock.now()),
        identity=identity(method, spec, inputs),
        **facts,
    )


def identity(method: Method, spec: Any, inputs: Mapping[str, str]) -> str:
    """The digest of what decides the numbers; the same identity need not be run twice."""
    return digest([method.name, method.version, spec, dict(sorted(inputs.items()))])


def table_fields(spec: type[Any]) -> tuple[str, ...]:
    """The settings that name a table: those whose field says `role: table`."""
    return tuple(
        name
        for name, field in spec.model_fields.items()
        if (field.json_schema_extra or {}).get("role") == TABLE
    )


def fill(spec: type[Any], settings: Mapping[str, Any], *, where: str) -> Any:
    """The settings as the method's Spec; every mistake at once, without the values given.

    Raises:
        ProjectError: settings that are missing, unknown, or out of bounds.
    """
    from pydantic import ValidationError  # noqa: PLC0415 - needed only to read a refusal

    try:
        return spec.model_validate(dict(settings))
    except ValidationError as error:
        raise ProjectError.of(explain(error, spec, where=where)) from None


def explain(error: "ValidationError", model: Any, *, where: str) -> list[Problem]:
    """A pydantic refusal as problems: which setting, what is wrong, what would do."""
    problems = []
    for mistake in error.errors(include_input=False, include_url=False):
        path = [str(part) for part in mistake["loc"]]
        name = ".".join(path)
        place = f"{where}: {name}" if where else name
        if mistake["type"] in {"extra_forbidden", "unexpected_keyword_argument"}:
            known = known_names(model, mistake["loc"][:-1])
            near = difflib.get_close_matches(path[-1], known, n=1)
            hint = (
                f"did you mean {near[0]}?"
                if near
                else f"the settings are {', '.join(sorted(known))}."
            )
            problems.append(Problem(place, "there is no such setting.", hint))
        elif mistake["type"] in {"missing", "missing_argument", "missing_keyword_only_argument"}:
            problems.append(
                Problem(place, "is missing.", f"add {path[-1]}{_wish(model, mistake['loc'])}.")
            )
        else:
            message = mistake["msg"].removeprefix("Value error, ")
            problems.append(
                Problem(place, f"{message[:1].lower()}{message[1:]}.", "correct the setting.")
            )
    return problems


def known_names(model: Any, path: tuple[Any, ...]) -> list[str]:
    """The names that may stand at a place in the settings."""
    for part in path:
        fields = _fields(model)
        if isinstance(part, str) and part in fields:
            model = _inner(fields[part])
    return list(_fields(model))


def _fields(model: Any) -> Mapping[str, Any]:
    fields = getattr(model, "model_fields", None) or getattr(model, "__dataclass_fields__", None)
    return fields or {}


def _inner(field: Any) -> Any:
    """The model inside `tuple[Model, ...]`, `Mapping[str, Model]` or `Model | None`."""
    kind = getattr(field, "annotation", None) or getattr(field, "type", None)
    inside = [part for part in (kind, *get_args(kind)) if _fields(part)]
    return inside[-1] if inside else kind


def _wish(model: Any, path: tuple[Any, ...]) -> str:
    field: FieldInfo | None = _fields(model).get(str(path[-1]))
    words = getattr(field, "description", None)
    return f" ({words.rstrip('.')})" if words else ""


def check_columns(reads: Reads, have: Mapping[str, list[str]]) -> None:
    """Every table and column that a method will read is there; all that are missing at once.

    Raises:
        MethodError: a table or column is not there.
    """
    problems = []
    for table, columns in reads.items():
        if table not in have:
            given = ", ".join(sorted(have)) or "none"
            problems.append(
                Problem(
                    table,
                    "no such table was given.",
                    f"give it with --table {table}=FILE; given: {given}.",
                )
            )
            continue
        for column in columns:
            if column not in have[table]:
                near = difflib.get_close_matches(column, have[table], n=3)
                hint = (
                    f"did you mean {', '.join(near)}?"
                    if near
                    else f"it has {', '.join(have[table])}."
                )
                problems.append(Problem(table, f"there is no column {column}.", hint))
    if problems:
        raise MethodError.of(problems)


def to_arrow(frame: Any, *, name: str) -> pa.Table:
    """Anything that speaks Arrow, or the path of a CSV or Parquet file, as an Arrow table.

    Raises:
        MethodError: it is none of these, or the file cannot be read.
    """
    if isinstance(frame, pa.Table):
        return frame
    if isinstance(frame, str | Path):
        return _read_file(Path(frame), name=name)
    if hasattr(frame, "to_arrow_table"):
        return frame.to_arrow_table()
    if hasattr(frame, "__arrow_c_stream__"):
        return pa.table(frame)
    if type(frame).__module__.startswith("pandas"):
        return pa.Table.from_pandas(frame, preserve_index=False)
    raise MethodError(
        f"a {type(frame).__name__} is not a table.",
        fix="give a pandas, polars or pyarrow frame, a DuckDB relation, or a CSV or Parquet path.",
        where=name,
    )


def _read_file(path: Path, *, name: str) -> pa.Table:
    import pyarrow.parquet  # noqa: PLC0415 - only when a file is given

    readers = {".csv": _read_csv, ".parquet": pyarrow.parquet.read_table}
    reader = readers.get(path.suffix.lower())
    if reader is None or not path.is_file():
        what = "there is no such file" if reader else "the file is neither .csv nor .parquet"
        raise MethodError(
            f"{what}: {path.name}.", fix="give the path of a CSV or Parquet file.", where=name
        )
    try:
        table: pa.Table = reader(path)
    except (pa.ArrowException, OSError) as error:
        raise MethodError(
            f"{path.name} cannot be read as {path.suffix[1:]} ({type(error).__name__}).",
            fix="check that it is whole: export it again, or ask the sender for a new file.",
            where=name,
        ) from None
    return table


def _read_csv(path: Path) -> pa.Table:
    """A CSV; a column of whole numbers of which one begins with 0 is codes, and stays text."""
    import pyarrow.csv  # noqa: PLC0415 - only when a file is given

    table = pyarrow.csv.read_csv(path)
    numbers = [one.name for one in table.schema if pa.types.is_integer(one.type)]
    if not numbers or len(set(table.column_names)) < table.num_columns:
        return table
    as_text = pyarrow.csv.ConvertOptions(
        column_types=dict.fromkeys(numbers, pa.string()),
        include_columns=numbers,
        strings_can_be_null=True,
    )
    texts = pyarrow.csv.read_csv(path, convert_options=as_text)
    for name in numbers:
        coded = pc.match_substring_regex(texts[name], "^0[0-9]")
        if pc.any(coded).as_py():
            table = table.set_column(table.column_names.index(name), name, texts[name])
    return table


def table_digest(table: pa.Table) -> str:
    """A digest of a table's content and schema, the same for any chunking."""
    import hashlib  # noqa: PLC0415 - small

    sha = hashlib.sha256(str(table.schema.remove_metadata()).encode())
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema.remove_metadata()) as writer:
        for batch in table.replace_schema_metadata(None).combine_chunks().to_batches():
            writer.write_batch(batch)
    sha.update(sink.getvalue())
    return sha.hexdigest()


def _is_name(value: Any, frames: Mapping[str, Any]) -> bool:
    return isinstance(value, str) and value in frames
