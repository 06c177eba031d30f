"""What sequencing is made of: the compiled search for a walk in which little comes out of turn."""
