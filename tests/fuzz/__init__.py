"""Fuzzing: one file per target in `targets/`, inputs that once failed in `corpus/<target>/`, replayed by the tests.

A target module has `SEEDS`, texts to mutate, and `run(text: str) -> None`, which raises whenever a promise is broken.
"""
