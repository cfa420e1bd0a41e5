"""The web chat: a FastAPI application with Gradio mounted in it."""

from assistant.web.server import Serving, serve

__all__ = ["Serving", "serve"]
