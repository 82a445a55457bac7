export const status = () => fetch("http://localhost:8080/healthz");
export const push = () => new WebSocket("ws://localhost:8081/");
