"""The rooms of carrier choice: prices as arrays, one assignment, and the search over tiers."""
