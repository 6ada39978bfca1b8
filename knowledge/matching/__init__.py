"""How a pasted text finds what is documented: cleaning, masking, words, index, evidence, calibration.

The public faces are `knowledge.matcher` and `knowledge.scan`; docs/matching.md tells how the parts work together.
Nothing here knows entries' files, Slack or Kubernetes.
"""
