import { createRoot } from "react-dom/client";
import { rooms, join } from "./api";

rooms().then((names) => join(names[0]));
createRoot(document.getElementById("root")!).render(<h1>Poker</h1>);
