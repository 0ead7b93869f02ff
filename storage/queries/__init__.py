"""What is asked of each table; every function takes a session first and gives records."""
