from django.http import HttpResponse
from django.urls import path

urlpatterns = [
    path("healthz", lambda request: HttpResponse("ok")),
    path("", lambda request: HttpResponse("<h1>Board</h1>")),
]
