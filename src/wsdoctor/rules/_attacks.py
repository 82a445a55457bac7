"""Knows the paths that programs ask every address of the Internet for: secrets, administration pages, known holes.

No rule and no verdict here.
"""

from __future__ import annotations

import re

__all__ = ["page_of_another_kind", "sought_by_attackers"]

_SECRETS = re.compile(
    r"(?i)/\.(?:env|git|svn|hg|aws|ssh|docker|kube|vscode|npmrc|htpasswd|htaccess|DS_Store|bash_history"
    r"|s3cfg)(?:[./_~-]|$)"
    r"|/(?:wp-config|config|configuration|settings|database|credentials|secrets?|dump|backup|db)\.(?:php"
    r"|ya?ml|json|inc|ini|bak|old|"
    r"sql|zip|tar\.gz|env|properties)(?:[~.]|$)|/id_rsa\b|/etc/passwd|/phpinfo|/info\.php|/server-status\b|/web\.config"
    r"|/(?:appsettings(?:\.\w+)?|local\.settings|sftp-config|firebase|serviceAccountKey|aws-exports)\.js(?:on)?\b"
    r"|/(?:ecosystem\.config|docker-compose|wrangler|serverless)\.(?:c?js|ya?ml|toml)\b"
)
_PROGRAMS = re.compile(
    r"(?i)^/+(?:cgi-bin/|wp-(?:login|admin|content|includes|json|cron)|wordpress/|xmlrpc\.php|boaform/|HNAP1|GponForm/"
    r"|setup\.cgi|phpmyadmin|pma/|myadmin|mysqladmin|adminer|manager/(?:html|text|status)|solr/|owa/|ecp/|autodiscover/"
    r"|SDK/webLanguage|api/v1/(?:pods|secrets|nodes|namespaces)\b|v1\.\d\d/(?:containers|version"
    r"|info)|_cat/indices|latest/meta-data|actuator(?:/(?!health|info|metrics|prometheus)|$)|jenkins/"
    r"|console/?$|invoker/|struts|remote/(?:login|fgt_lang|logincheck)"
    r"|dana-na/|vpns?/|\+CSCOE\+|portal/redlion|onvif|goform/|cgi/|language/Swedish|evox/about|nmaplowercheck"
    r"|Trinity\.txt"
    r"|sdk/?$|v1/(?:pods|agent)|containers/json|_ignition/|telescope/|geoserver/|druid/|nacos/|hudson"
    r"|zabbix/|sugar_version|teorema505"
    r"|webui/|device\.rsp|shell\?|login\.(?:action|cgi|htm)|admin\.(?:php|cgi)|ReportServer|aaa9"
    r"|ab2[gh]|systembc/|stalker_portal|c/msdownload)"
    r"|/vendor/phpunit/|eval-stdin\.php|/thinkphp|/index\.php\?s="
)
_PAGES = re.compile(r"(?i)\.(?:asp|aspx|jsp|do|action)(?:[?;/]|$)|/[\w-]+\.php(?:[?;/]|$)")


def sought_by_attackers(path: str) -> str | None:
    """Return the part of a path by which it is known as one that attackers look for, or None."""
    found = _SECRETS.search(path) or _PROGRAMS.search(path)
    return None if found is None else found[0]


def page_of_another_kind(path: str) -> str | None:
    """Return the ending of a page in a language of which few WebSocket servers are made, or None."""
    found = _PAGES.search(path)
    return None if found is None else found[0]
