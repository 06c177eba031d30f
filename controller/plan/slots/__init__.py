"""The parts of slotting: what is given, the price of a visit, assignment, search and moves."""
