import tornado.web
import tornado.websocket


class Index(tornado.web.RequestHandler):
    def get(self):
        self.write("hello")


class EchoSocket(tornado.websocket.WebSocketHandler):
    def on_message(self, message):
        self.write_message(message)
