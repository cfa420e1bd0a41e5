"""From a folder of files to the articles to index: list, read, clean, identify, resolve."""
