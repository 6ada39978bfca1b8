"""The Web API: one function a method, under Slack's name for it, in the file that is named after its family."""
