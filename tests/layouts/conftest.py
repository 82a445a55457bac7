"""The projects in these folders have tests of their own, which are part of the layout and are not run."""

collect_ignore_glob = ["*/right/*", "*/wrong/*"]
