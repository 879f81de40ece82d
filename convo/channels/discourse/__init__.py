"""Discourse: the topics and private messages of a community."""
