"""The schema, its validation, the messages for violations, and automatic fixes of values.

May import `documents`, `settings` and the layers below.
"""
