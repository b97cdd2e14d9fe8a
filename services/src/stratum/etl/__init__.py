"""Loads the raw objects into the warehouse, each exactly once."""
