"""What wave selection is made of: kernels, the search over aisle sets, the exact programme."""
