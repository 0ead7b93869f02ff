"""The version of connect-tui; a constant, because asking the metadata would double a quick start."""

VERSION = "0.1.0"
