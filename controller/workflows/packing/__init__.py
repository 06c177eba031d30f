"""The bench: cartons, what goes into them, what they weigh, and the label on top."""
