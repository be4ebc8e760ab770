"""The MkDocs plugin: configuration, hooks, navigation, search, live reload and page frames.

May import `review`, `reports` and the layers below; the only package that imports MkDocs.
"""
