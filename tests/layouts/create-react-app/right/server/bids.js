const WebSocket = require("ws");

const wss = new WebSocket.Server({ port: 5050 });
wss.on("connection", (ws) => ws.on("message", (bid) => wss.clients.forEach((c) => c.send(bid.toString()))));
