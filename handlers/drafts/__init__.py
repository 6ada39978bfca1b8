"""Beginning an entry in Slack: out of a paste comes a form, and out of the form a markdown file to commit.

The files in the team's repository stay the only truth: nothing here changes the knowledge base.
"""
