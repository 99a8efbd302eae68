"""Public licensing files: read as the states publish them, compared with what is here, and taken over in one transaction."""
