"""Encoders: texts to vectors, with the default model or another one."""
