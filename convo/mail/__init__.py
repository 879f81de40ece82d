"""Mail as bytes: reading what came, composing what goes, and what mail systems say about either."""
