const express = require("express");
const { WebSocketServer } = require("ws");

const HTTP_PORT = process.env.HTTP_PORT || 3000;
const WS_PORT = process.env.WS_PORT || 8081;

const app = express();
app.get("/health", (req, res) => res.send("ok"));
app.use(express.static("public"));
app.listen(HTTP_PORT, () => console.log("http", HTTP_PORT));

const wss = new WebSocketServer({ port: WS_PORT });
wss.on("connection", (ws) => ws.on("message", (m) => ws.send(m.toString())));
