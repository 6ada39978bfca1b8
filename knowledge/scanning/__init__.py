"""How a log of any length is run through the matcher: records, and what spares the matcher most of them.

`scanner` is the public face, and knows no more of the matcher than it answers; `shortcuts` makes, of an index as it is,
what tells without the matcher that a record quotes nothing. docs/matching.md tells how the parts work together.
"""
