"""What comes back from `diagnostics`, be it one check or all of them."""

from diagnostics.diagnosis import Report
from diagnostics.sweep import Sweep

Found = Report | Sweep
"""Both have `findings`, `unread` and an `outcome`."""
