"""``python -m wsdoctor``: the same as the command ``wsdoctor``."""

from wsdoctor.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
