"""The MkDocs plugin: configuration, hooks, navigation, search, live reload, and the page cache.

May import `review`, `reports` and the layers below; the only package that imports MkDocs.
"""
