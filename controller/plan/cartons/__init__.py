"""Cartonizing in parts: words, arrays, compiled search, proofs and bounds of one order."""
