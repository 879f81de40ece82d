"""What Meta's channels share: the Graph API, its refusals, and proving what its webhooks push."""
