"""The parts of staffing: shifts, crews, the model."""
