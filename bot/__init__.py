"""Answer questions about the wearables industry, every sentence with a receipt."""

__version__ = "0.1.0"
