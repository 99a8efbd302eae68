"""What the compliance pages ask."""
