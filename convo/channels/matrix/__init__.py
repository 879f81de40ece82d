"""Matrix: an account in rooms, and everything that a bridge brings there."""
