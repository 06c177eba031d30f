"""Rate cards as files: their sheets and columns, reading with every error, writing."""
