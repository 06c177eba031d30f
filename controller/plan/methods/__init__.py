"""Owns what the methods of picking plan beside tours: cartons on carts, presentations of pods."""
