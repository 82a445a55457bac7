"""What the inspectors of platforms, orchestrators and monitors share: checks, ports, commands, manifests."""
