const { createProxyMiddleware } = require("http-proxy-middleware");

module.exports = function (app) {
  app.use("/api", createProxyMiddleware({ target: "http://localhost:5051" }));
  app.use("/bids", createProxyMiddleware({ target: "http://localhost:5050", ws: true }));
};
