"""A local stand-in for Slack: Web API, Socket Mode and a page, for trying the bot and for the tests.

An extra: the rest of the product never imports it, and it imports nothing of the product.
"""
