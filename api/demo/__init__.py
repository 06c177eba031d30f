"""Owns the living demo: the real controller and the simulated building in one process."""
