"""What the inspectors of JavaScript, TypeScript and pages share: names, values, calls, requests, servers."""
