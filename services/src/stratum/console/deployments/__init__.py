"""Deployments as the API tells them: lists, one with all that hangs on it, and services."""
