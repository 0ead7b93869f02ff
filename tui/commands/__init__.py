"""The same verbs as the app, as plain commands."""
