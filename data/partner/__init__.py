"""Layers of partners: files of features kept for reference, and addresses of map services."""
