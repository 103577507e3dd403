"""How are the town's people and streets named? Lists of names, and who bears which."""
