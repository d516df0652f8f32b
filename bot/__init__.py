"""Answer questions about the wearables industry, every sentence with a receipt."""
