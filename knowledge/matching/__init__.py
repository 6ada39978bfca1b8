"""How a pasted text finds what is documented: cleaning, masking, words, index, evidence, calibration.

The public face is `knowledge.matcher`; docs/matching.md tells how the parts work together.
Nothing here knows entries' files, Slack or Kubernetes.
"""
