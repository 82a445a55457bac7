"""The figures that the documentation states, each a ratio measured side by side in one run."""
