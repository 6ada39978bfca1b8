"""`/diag`: questions about a cluster, asked in Slack and answered by the checks of `diagnostics`.

Nothing here knows a single check: words, options, help and completion come from the registry.
"""
