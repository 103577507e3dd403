"""What did a run say? Where its result is sealed for the records, and opened again."""

from typing import TYPE_CHECKING

from joinedup.core.errors import RecordsError
from joinedup.office.house import Office
from joinedup.result import json as result_json
from joinedup.result.model import Result

if TYPE_CHECKING:
    from joinedup.records.models import Run


def sealed_result(office: Office, result: Result, *, project: str, step: str, identity: str) -> str:
    """The result as the records keep it: of this run, and unreadable without the project's key."""
    from joinedup.records.sealed import seal  # noqa: PLC0415 - Django's room, only when needed

    text = result_json.dump_result(result)
    return seal(office.home, key_name(project), text, bound=(project, step, identity))


def result_of_run(office: Office, row: "Run") -> Result:
    """The result of a run.

    Raises:
        RecordsError: it is not as it was sealed, or the project's key is missing or was destroyed.
    """
    from joinedup.records.sealed import unseal  # noqa: PLC0415 - as above

    where, bound = f"{row.project}/{row.step}", (row.project, row.step, row.identity)
    if not row.result:
        raise RecordsError(
            "its result was destroyed, for a person's rights or because its time was over.",
            fix=f"run `joinedup run {row.step}` again, if its data may still be read.",
            where=where,
        )
    text = unseal(office.home, key_name(row.project), row.result, bound=bound, where=where)
    return result_json.load_result(text)


def key_name(project: str) -> str:
    """What the key of a project's results is called on the ring."""
    return f"results {project}"
