vcl 4.1;

backend site { .host = "127.0.0.1"; .port = "5600"; .probe = { .url = "/"; .interval = 10s; } }



backend socket {
    .host = "127.0.0.1";
    .port = "5601";
    .probe = {
        .url = "/probe";
        .interval = 10s;
    }
}



sub vcl_recv {
    if (req.url ~ "^/socket") {
        set req.backend_hint = socket;
        return (pass);
    }
    set req.backend_hint = site;
}
