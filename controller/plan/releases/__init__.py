"""The parts of a release: whose work goes where, and each method's tours."""
