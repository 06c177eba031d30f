"""Picking measured: walking, batching and releasing, on public instances and on files."""
