"""How good and how quick are links, beside what peers give, with nothing to set?"""
