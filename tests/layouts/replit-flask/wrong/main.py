import threading

from flask import Flask, render_template

import sockets

app = Flask(__name__)


@app.route("/")
def home():
    return render_template("home.html")


if __name__ == "__main__":
    threading.Thread(target=sockets.start, daemon=True).start()
    app.run(host="0.0.0.0", port=5000)
