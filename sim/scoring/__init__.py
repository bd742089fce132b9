"""From what was done to what it is worth: motion metrics, rules, scores, learning curves.

Scores are FLS-style: not affiliated with that program, and no certification.
"""
