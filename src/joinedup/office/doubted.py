"""How does a step carry the doubt of who is who?

It is run on the linkage as it is, and on several drawn from the table that its `linkage` names,
under the same grants: nothing is read that the step may not read.
"""

from collections.abc import Callable, Mapping

import pyarrow as pa

from joinedup.office.plan import Node, StepNode
from joinedup.result.model import Output
from joinedup.store import redraw
from joinedup.store.engine import Granted, only_granted


def doubted(
    node: Node, grants: Mapping[str, Granted], calculate: Callable[[Mapping[str, Granted]], Output]
) -> Output:
    """What a node gives, with the doubt of its linkage if it names one.

    Args:
        node: a definition or a step.
        grants: what it may read.
        calculate: runs it on grants.

    Raises:
        MethodError: the doubt is of other records than the entities that the step reads.
    """
    linkage = node.step.linkage if isinstance(node, StepNode) else ""
    if not linkage:
        return calculate(grants)
    others = {name: one for name, one in grants.items() if name != linkage}
    linked = {
        name: _table(one) for name, one in others.items() if set(redraw.ENTITY) <= set(one.columns)
    }

    def run(tables: Mapping[str, pa.Table]) -> Output:
        drawn = {name: Granted(table, others[name].columns) for name, table in tables.items()}
        return calculate({**others, **drawn})

    output: Output = redraw.in_doubt(run, linked, _table(grants[linkage]))
    return output


def _table(granted: Granted) -> pa.Table:
    data = only_granted(granted)
    return data if isinstance(data, pa.Table) else data.to_table()
