from bottle import Bottle, run

from settings import settings

app = Bottle()


@app.get("/series")
def series():
    return {"series": []}


run(app, host=settings.host, port=settings.api_port)
