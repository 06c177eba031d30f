"""Dangerous goods: what they are, what they may not lie beside, what is said of them."""
