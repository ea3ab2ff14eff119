"""The streamlit side: the only modules of the package that import streamlit."""
