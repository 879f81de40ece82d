"""Long lists drawn line by line."""
