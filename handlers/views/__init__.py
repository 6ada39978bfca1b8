"""What people see: pure functions from what was found to Block Kit. Nothing here asks Slack or the knowledge base."""
