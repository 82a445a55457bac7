from flask import Flask

app = Flask(__name__)


@app.get("/ready")
def ready():
    return "ready"


app.run(port=9301)
