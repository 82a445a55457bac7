import { useEffect, useState } from "react";

export default function App() {
  const [lots, setLots] = useState([]);
  useEffect(() => {
    fetch("/api/lots").then((r) => r.json()).then((d) => setLots(d.lots));
    const ws = new WebSocket(`ws://${window.location.host}/bids`);
    return () => ws.close();
  }, []);
  return <p>{lots.length} lots</p>;
}
