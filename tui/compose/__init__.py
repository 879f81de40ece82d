"""Where one writes: replies and notes."""
