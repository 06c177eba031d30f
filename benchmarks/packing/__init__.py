"""Packing measured: cartons, containers and pallets, on public instances and on files."""
