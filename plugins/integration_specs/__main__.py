"""`python -m integration_specs`."""

from .cli import main

if __name__ == "__main__":
    main()
