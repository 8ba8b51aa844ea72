"""What the pages share: controls, state in the URL, language, the player. Imports Streamlit."""
