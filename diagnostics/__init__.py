"""What the cluster says, read-only. Knows neither Slack nor the knowledge base."""
