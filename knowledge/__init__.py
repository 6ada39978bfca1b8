"""What is documented, and how a pasted text finds it. Knows neither Slack nor Kubernetes."""
