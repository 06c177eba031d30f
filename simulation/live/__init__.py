"""Owns the living building: machines, people and demand in real time, around a controller."""
