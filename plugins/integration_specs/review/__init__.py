"""Compares two states of a project, for CI and for the change log of the site.

May import `project` and the layers below.
"""
