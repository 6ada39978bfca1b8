"""Slack in, Slack out: messages, commands, actions, views, and the rendering to Block Kit.

Handlers acknowledge, record and enqueue; they ask `knowledge` and `diagnostics` and render what these answer. What is
true of an error or of a cluster is not decided here.
"""
