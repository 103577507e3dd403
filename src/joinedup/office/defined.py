"""What does a definition of a project give? The rows of its SELECT, in one order."""

import pyarrow as pa

from joinedup.office.plan import DefinitionNode
from joinedup.result.blocks import Prose
from joinedup.result.model import Output, OutputTable, Result
from joinedup.store.access import Access

DEFINE = "office.define"


def define(node: DefinitionNode, access: Access) -> Output:
    """The rows, and a word of what they are."""
    table: pa.Table = access.query(node.select)
    table = table.sort_by([(column, "ascending") for column in table.column_names])
    result = Result(
        method=DEFINE,
        headline=f"{node.definition.what} {table.num_rows:,} rows.",
        blocks=(Prose(text=f"Grain: {node.definition.grain}"),),
    )
    return Output(result=result, tables={"rows": OutputTable(table, node.definition.grain)})
