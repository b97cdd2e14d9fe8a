"""The collector: takes webhooks and metric points, keeps them, ships them to the object store.

Answers 2xx only after the record is on disk; what was acknowledged is shipped exactly once.
"""
