"""Owns the operators' console over HTTP: what leads look at, and what they may do."""
