import { Injectable } from "@angular/core";
import { webSocket } from "rxjs/webSocket";

@Injectable({ providedIn: "root" })
export class SocketService {
  readonly events = webSocket(`ws://${window.location.host}/socket`);
}
