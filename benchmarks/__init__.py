"""What the product costs, in ratios: `make bench`."""
