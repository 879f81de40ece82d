"""From an envelope to a customer's thread: identify, thread, record, and keep a ledger of all that came."""
