const common = { changeOrigin: true };
module.exports = { devServer: { port: 3000, proxy: [
  { context: ["/live"], target: "http://127.0.0.1:9001", ...common },
  { context: ["/api"], target: "http://127.0.0.1:8000" },
] } };
