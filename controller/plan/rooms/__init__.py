"""What lies in a room: sections of stops, what rests on what, where the weight lies."""
