import { HttpClient } from "@angular/common/http";
import { Injectable, inject } from "@angular/core";

@Injectable({ providedIn: "root" })
export class ItemsService {
  private http = inject(HttpClient);
  items() {
    return this.http.get<string[]>("/api/items");
  }
}
