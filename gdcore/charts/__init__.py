"""Pictures: pure functions from numbers to Altair charts. Nothing here imports Streamlit."""
