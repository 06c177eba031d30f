"""Owns what stands outside the living warehouse: customers, carriers, vans, a store, a mailbox."""
