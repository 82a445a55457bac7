import os

DEBUG = os.environ.get("DEBUG") == "1"
SECRET_KEY = os.environ["SECRET_KEY"]
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = ["daphne", "channels", "django.contrib.staticfiles", "chat"]
ASGI_APPLICATION = "board.asgi.application"
ROOT_URLCONF = "board.urls"
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {"hosts": [("redis", 6379)]},
    }
}
