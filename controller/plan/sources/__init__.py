"""The rooms of sourcing: arrays, how one order is best served, what stock is worth, and search."""
