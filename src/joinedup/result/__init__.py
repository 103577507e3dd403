"""Result: what is said, once, for every reader.

A method gives an Output; it holds one Result (headline, blocks, provenance) and named tables.
Renderers turn a Result or a Release into text, HTML, JSON or a workbook. Does not decide what may
leave the office: that is `govern`.
"""
