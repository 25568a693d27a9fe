"""Composition: settings, runtime, identity, HTTP server, command line, API routes."""

# before anything here imports Panel: see there
import watchfloor.dashboards  # noqa: F401
