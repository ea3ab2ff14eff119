"""Pictures: arrays in, a View for the canvas or a plotly Figure out."""
