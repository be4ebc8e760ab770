"""Subcommands: one file a command, found by its folder; each defines `command`, whose return value is the exit code."""
