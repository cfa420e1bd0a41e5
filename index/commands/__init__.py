"""The commands of verbatim-index, one module for each family."""
