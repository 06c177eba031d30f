"""Carriers: what they charge, which one takes a parcel, its label, and its way after that."""
