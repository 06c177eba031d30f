"""Walking on rectangles: distances, exact programme, rules of thumb, bounds."""
