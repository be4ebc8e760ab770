"""The subcommands of `integration-specs`; each is one file in this folder and defines `command`.

The return value of `command` is the exit code.

May import `review`, `reports` and the layers below.
"""
