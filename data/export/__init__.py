"""What is handed on as a file: read under the asker's scope, put aside, and written in one of the forms."""
