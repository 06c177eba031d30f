"""Own vans: the fleet, its tours, the driver's work at the door, and what comes back."""
