from flask import Flask

Flask(__name__).run(port=5600)
