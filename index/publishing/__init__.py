"""Generations on disk: publish, list, roll back, repair, back up, leave out."""
