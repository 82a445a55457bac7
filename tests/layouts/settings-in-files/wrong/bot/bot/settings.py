from dataclasses import dataclass
from pathlib import Path
import yaml

@dataclass
class Settings:
    stream_url: str
    web_url: str

    @classmethod
    def load(cls) -> "Settings":
        path = Path(__file__).parent.parent / "config" / "settings.yaml"
        return cls(**yaml.safe_load(path.read_text()))
