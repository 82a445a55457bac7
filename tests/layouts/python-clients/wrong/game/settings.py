from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    api_port: int = 8200
    socket_port: int = 8201
    host: str = "localhost"

    @property
    def api_url(self) -> str:
        return f"http://{self.host}:{self.api_port}"

    @property
    def socket_url(self) -> str:
        return f"ws://{self.host}:{self.socket_port}"


settings = Settings()
