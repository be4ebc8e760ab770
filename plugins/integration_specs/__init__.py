"""Integration specs: what a company knows of the systems it talks to, kept true."""

__version__ = "0.1.0"
