import { WebSocketServer } from "ws";

const port = Number(process.env.REALTIME_PORT ?? 3001);
const wss = new WebSocketServer({ port });

wss.on("connection", (socket) => {
  socket.on("message", (data) => {
    for (const client of wss.clients) {
      if (client !== socket && client.readyState === 1) client.send(data.toString());
    }
  });
});

console.log(`realtime on ${port}`);
