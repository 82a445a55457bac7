const s = new WebSocket((location.protocol === "https:" ? "wss://" : "ws://") + location.host + "/live");
