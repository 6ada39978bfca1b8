"""How good and how quick the matcher is, beside the search engines that people would otherwise use.

`python -m bench` measures every engine on every set of cases, each in a process of its own, and prints a table a set.
What is measured is `knowledge.evaluation`; nothing here is part of the product, and nothing here may be imported by it.
"""
