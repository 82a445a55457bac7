const { WebSocketServer } = require("ws");

const wss = new WebSocketServer({ host: "127.0.0.1", port: 8090, path: "/socket" });
wss.on("connection", (socket) => socket.send("ready"));
