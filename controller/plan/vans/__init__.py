"""The rooms of delivering: the engine that searches tours, and the check of every answer."""
