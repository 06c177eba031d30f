"""Put walls and stations: goods that come to people, sorted into the slots of orders."""
