"""The project's database engine: PostgreSQL under two roles, embedded when no other is given."""
