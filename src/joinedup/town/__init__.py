"""Town: an invented town whose truth is known, for tests, teaching and trying out.

Comes in:  how many people, and a seed.
Goes out:  files as partners would send them, open files of places, and the truth beside them.
Promises:  the same number, seed and version give the same bytes; no real person, home or business
           is in it; every planted fact is written down with its size.
Does not:  read anything, ask the time, or know what the product makes of its files.
"""
