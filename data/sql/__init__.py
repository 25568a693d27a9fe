"""SQL as files: one question per file, functions, policies, grants."""
