"""The commands of verbatim-eval, one module a subject."""
