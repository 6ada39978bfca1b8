"""The checks, one file each: pure judgement over a snapshot."""
