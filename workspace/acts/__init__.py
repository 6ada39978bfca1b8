"""What people do in the workspace, by hand on the page or by code in a test: both go through here."""
