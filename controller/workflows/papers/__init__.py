"""Papers: documents of parcels and departures, their prints, customs, and messages about them."""
