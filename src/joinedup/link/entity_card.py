"""The card of a method that links records of one kind: people, or businesses and sites."""

from collections.abc import Mapping

import pyarrow as pa

from joinedup.core.method import Method
from joinedup.link import asked
from joinedup.link.asked import Spec
from joinedup.link.output import COLUMNS, GIVES, output
from joinedup.result.model import Output
from joinedup.store.access import Access
from joinedup.store.bench import bench


def card(name: str, kind: str, *, summary: str, assumptions: tuple[str, ...]) -> Method:
    """The card.

    Args:
        name: of the method.
        kind: `person` or `business`.
        summary: what question it answers.
        assumptions: what must hold beside what holds of every linkage.
    """

    def settle(spec: Spec, tables: Mapping[str, pa.Table]) -> Spec:
        return asked.settle(spec, tables, kind=kind)

    def run(spec: Spec, access: Access) -> Output:
        return output(spec, access, method=name, kind=kind)

    return Method(
        name=name,
        summary=summary,
        spec=Spec,
        reads=asked.reads,
        run=run,
        bench=bench,
        settle=settle,
        assumptions=(*assumptions, "A missing cell says nothing."),
        reference="doi:10.1080/01621459.1969.10501049",
        trust="trial",
        where="memory",
        version="2",
        gives=GIVES,
        columns=COLUMNS,
    )
