const http = require("http");
const WebSocket = require("ws");

http.createServer((req, res) => res.end("{}")).listen(4000);
new WebSocket.Server({ port: 4001 }).on("connection", (ws) => ws.send("hello"));
