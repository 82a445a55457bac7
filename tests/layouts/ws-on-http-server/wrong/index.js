import http from "node:http";
import compression from "compression";
import express from "express";
import { WebSocketServer } from "ws";
import { config } from "./config.js";

const app = express();
app.use(compression());
app.get("/healthz", (_req, res) => res.sendStatus(204));
const server = http.createServer(app);
const wss = new WebSocketServer({ noServer: true });
server.on("upgrade", (req, socket, head) => {
  wss.handleUpgrade(req, socket, head, (ws) => wss.emit("connection", ws, req));
});
server.listen(config.port);

new WebSocketServer({ port: config.telemetryPort, perMessageDeflate: false });
