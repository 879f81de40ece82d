"""How the desk is: the status line, the banner of a lost store."""
