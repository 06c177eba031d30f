"""Measures rating, carrier choice, sourcing and delivering."""
