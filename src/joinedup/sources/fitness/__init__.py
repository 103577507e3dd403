"""How good is a delivery, field by field, and for what?"""
