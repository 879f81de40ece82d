"""The customer: who one is talking with, and what the best answer may be."""
