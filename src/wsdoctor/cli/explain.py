"""Show the page of one rule: why it happens, what to change, how it is recognised. Without RULE, the list.

Examples:
  wsdoctor explain
  wsdoctor explain nginx-drops-upgrade
  wsdoctor explain nginx-drops-upgrade --format markdown
"""

from __future__ import annotations

import argparse
import difflib
import sys

from wsdoctor.cli._knowledge import add_config_option, knowledge_of
from wsdoctor.cli._output import terminal
from wsdoctor.errors import InvalidInput

NAME = "explain"
HELP = "the page of one rule; without RULE, the list"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("rule", nargs="?", metavar="RULE", help="id of a rule, as findings name it")
    parser.add_argument("--format", choices=("terminal", "markdown"), default="terminal")
    parser.add_argument(
        "--color", choices=("auto", "always", "never"), default="auto", help="colour on standard output"
    )
    add_config_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the page or the list."""
    from wsdoctor.renderers import rule_page

    rules = knowledge_of(arguments).rules
    shown = {"format": arguments.format, **terminal(arguments.color)}
    if arguments.rule is None:
        rule_page.render_index(rules, sys.stdout.write, **shown)
        return 0
    if arguments.rule not in rules:
        near = difflib.get_close_matches(arguments.rule, rules, n=3)
        hint = f"; did you mean {' or '.join(near)}?" if near else "; `wsdoctor explain` lists them"
        raise InvalidInput(f"no such rule{hint}", arguments.rule)
    rule_page.render_rule(rules[arguments.rule], sys.stdout.write, **shown)
    return 0
