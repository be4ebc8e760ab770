"""New specs, projects and editor files, written from the schema.

May import `formatting` and the layers below.
"""
