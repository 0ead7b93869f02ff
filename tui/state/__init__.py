"""View models without Textual: filters, sorting, labels, what a row says."""
