"""Text that this package makes or shows: names, counts, suggestions, and escaping for messages.

May import nothing of this package.
"""
