"""The rooms of sourcing: arrays, the ways to ship an order, what stock is worth, the choice."""
