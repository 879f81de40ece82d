"""Slack: an app of the customer's or the shop's own workspace, by Socket Mode."""
