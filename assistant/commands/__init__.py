"""Commands of verbatim that have a module each."""
