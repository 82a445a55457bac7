from configparser import ConfigParser
from functools import lru_cache

@lru_cache
def _parser() -> ConfigParser:
    parser = ConfigParser()
    parser.read("conf/jobs.ini")
    return parser

def base_url(section: str) -> str:
    p = _parser()
    return f"http://{p.get(section, 'host')}:{p.getint(section, 'port')}"
