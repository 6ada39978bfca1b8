"""The process: settings, composition, command line, journal, health. The only package that knows everybody."""

__version__ = "0.1.0"
