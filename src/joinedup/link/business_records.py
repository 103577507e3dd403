"""Which records of one body, or of several, are about the same business or site?

A chain has one name at many places, and one place can have many businesses: both are kinds of their
own, so that they are not taken for one. A sole trader is a person: what is linked here can be
personal data.
"""

from collections.abc import Mapping

import pyarrow as pa

from joinedup.core.method import Method
from joinedup.link import asked
from joinedup.link.asked import Spec, reads
from joinedup.link.output import GIVES, output
from joinedup.result.model import Output
from joinedup.store.access import Access
from joinedup.store.bench import bench

NAME = "link.businesses"


def settle(spec: Spec, tables: Mapping[str, pa.Table]) -> Spec:
    """Which column is which, in each table."""
    return asked.settle(spec, tables, kind="business")


def run(spec: Spec, access: Access) -> Output:
    """Link, judge the links, and tell both."""
    return output(spec, access, method=NAME, kind="business")


METHOD = Method(
    name=NAME,
    summary="Which records are about the same business or site?",
    spec=Spec,
    reads=reads,
    run=run,
    bench=bench,
    settle=settle,
    assumptions=(
        "Fields err independently, within matches, chains, shared places and the rest.",
        "Records of one table are of the same kind: a business or site in each row.",
        "A missing cell says nothing.",
    ),
    reference="doi:10.1080/01621459.1969.10501049",
    trust="trial",
    where="memory",
    version="1",
    gives=GIVES,
)
