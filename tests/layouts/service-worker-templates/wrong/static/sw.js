self.addEventListener("install", (event) => {
  event.waitUntil(caches.open("v1").then((cache) => cache.addAll(["/", "/static/updates.js"])));
});

self.addEventListener("sync", () => fetch("http://localhost:8400/sync"));
