"""The screens: each composes widgets, routes messages and calls one engine method for each key."""
