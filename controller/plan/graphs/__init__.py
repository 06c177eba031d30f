"""Owns floors of any shape: a graph of ways, its shortest paths, and tours over it.

A rectangle of aisles and cross-aisles is recognised and left to the exact method.
"""
