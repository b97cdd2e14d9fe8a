"""A sample organisation's quarter of webhooks, sent like the real ones, signed as samples.

Knows the senders' formats; knows nothing of how the product reads them.
"""
