"""What a person touches: the Textual app, and the same verbs as plain commands."""
