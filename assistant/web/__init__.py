"""The web chat: a FastAPI application with Gradio mounted in it."""

from assistant.web.server import serve

__all__ = ["serve"]
