"""The compiled search that loads containers, pallets and vehicles with blocks of boxes."""
