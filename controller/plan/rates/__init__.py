"""The parts of rating: what is asked and answered, restrictions, calendars, and prices."""
