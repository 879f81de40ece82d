"""Everything about keys: their names, those that somebody chose, the help, the palette, jumping."""
