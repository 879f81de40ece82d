"""The one query language: `parse` text to a tree, `render` it back, read it as SQL or on one message in flight."""
