import { WebSocketServer } from "ws";

new WebSocketServer({ port: 9800, host: "127.0.0.1" });
