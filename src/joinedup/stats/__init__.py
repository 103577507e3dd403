"""Stats: the formulas. Arrays in, small frozen results out.

Comes in:  numpy arrays, their shapes and units named in each docstring.
Goes out:  frozen records of arrays or numbers, with their doubt where there is one.
Promises:  no state, no files, no random choice without a seed; a source for each formula.
Does not:  know tables, columns or people. That is for the rooms.
"""
