"""Every technical term, defined."""

from playground.ui.glossary import glossary

glossary()
