"""The kinds of pages of a site; each is one file in this folder, and names that begin with `_` are parts of others.

May import the other modules of `site` and what they may import.
"""
