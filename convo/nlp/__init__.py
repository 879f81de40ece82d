"""Understanding what customers write: language, sentiment and intent, by small local models."""
