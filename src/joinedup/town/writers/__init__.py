"""Which ugly format is this file in? One writer per format, none of them a reader turned round.

A writer takes blocks: mappings of column names to arrow arrays of equal length, at least one block
even where there are no rows. The same blocks give the same bytes.
"""
