"""Telegram: a bot that customers write to."""
