"""Composition: settings, runtime, identity, HTTP server, command line, API routes."""
