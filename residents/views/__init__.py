"""Pages of this app: thin, one function each."""
