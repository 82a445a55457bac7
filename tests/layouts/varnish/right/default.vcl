vcl 4.1;

backend site { .host = "127.0.0.1"; .port = "5600"; .probe = { .url = "/"; .interval = 10s; } }
backend socket { .host = "127.0.0.1"; .port = "5601"; }

sub vcl_recv {
    if (req.http.upgrade ~ "(?i)websocket") {
        set req.backend_hint = socket;
        return (pipe);
    }
    set req.backend_hint = site;
}

sub vcl_pipe {
    if (req.http.upgrade) {
        set bereq.http.upgrade = req.http.upgrade;
        set bereq.http.connection = req.http.connection;
    }
}
