"""One project on disk: discovers, loads and checks its specs, applies waivers, and reads git.

May import `checks`, `diff`, `site` and the layers below.
"""
