"""Reading real orders from files: order lines of a shop, and the tables of Olist."""
