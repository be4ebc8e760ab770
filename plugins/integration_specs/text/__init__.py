"""Text that this package makes or shows: names, counts, suggestions, and escaping for messages.

Plain functions of strings; imports nothing of the other packages.
"""
