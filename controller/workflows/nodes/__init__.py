"""Nodes: which of them ships an order, and the work of a store that does."""
