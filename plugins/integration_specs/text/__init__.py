"""String utilities without knowledge of specs: names, plurals, suggestions.

May import nothing of this package.
"""
