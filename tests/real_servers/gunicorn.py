import sys
import types


def shop(environ, start_response):
    path = environ["PATH_INFO"]
    if path.startswith(("/missing", "/wp-login")):
        start_response("404 Not Found", [("Content-Length", "4")])
    elif path == "/old":
        start_response("302 Found", [("Content-Length", "4"), ("Location", "/pricing")])
    else:
        start_response("200 OK", [("Content-Length", "4"), ("Content-Type", "text/plain")])
    return [b"here"]


sys.modules["shop"] = types.ModuleType("shop")
sys.modules["shop"].application = shop
bind = "127.0.0.1:@PORT@"
wsgi_app = "shop:application"
