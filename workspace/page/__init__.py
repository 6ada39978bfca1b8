"""The page: what people see of the workspace in a browser. The files of the page itself are in `static/`."""
