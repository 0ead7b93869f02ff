"""Measure what the budgets name and print it: ``make bench``."""

from . import start

for title, value in start.measure():
    print(f"{title:<48} {value:>12}")
