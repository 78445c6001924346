"""The script behind the server: the list of screens and their common frame."""

import sys
from pathlib import Path

import streamlit as st

HERE = Path(__file__).parent
# The server puts only this folder on the path; the package lies beside it.
if str(HERE.parent) not in sys.path:
    sys.path.insert(0, str(HERE.parent))

st.set_page_config(page_title="Neural Network Playground", page_icon="🧠", layout="wide")
st.html(HERE / "frame.css")
pages = {
    "": [
        st.Page(HERE / "train.py", title="Train", icon=":material/play_circle:", default=True),
        st.Page(HERE / "compare.py", title="Compare", icon=":material/compare_arrows:"),
    ],
    "How it works": [
        st.Page(HERE / "neuron.py", title="The neuron", icon=":material/bolt:"),
        st.Page(HERE / "forward_back.py", title="Forward and back", icon=":material/sync_alt:"),
        st.Page(HERE / "downhill.py", title="Downhill", icon=":material/trending_down:"),
    ],
}
st.navigation(pages, position="top").run()
