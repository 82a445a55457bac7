from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    host: str = "0.0.0.0"
    api_port: int = 8600
    socket_port: int = 8601


settings = Settings()
