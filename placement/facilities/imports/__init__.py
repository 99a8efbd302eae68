"""Public licensing files: read as the states publish them, compared, and taken over in one transaction."""
