"""What streaming is made of: prices of tours that grow, and the growing of one tour."""
