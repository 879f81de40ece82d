"""The other screens: search, rules, channels, dashboard, help."""
