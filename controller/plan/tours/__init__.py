"""Exact tours at the speed of a compiler; imported where a plan is made, never at the start."""
