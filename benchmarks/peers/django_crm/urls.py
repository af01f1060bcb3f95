"""The one address there is."""

from __future__ import annotations

from django.urls import path
from strawberry.django.views import GraphQLView

from benchmarks.peers.django_crm.schema import schema

urlpatterns = [path("graphql", GraphQLView.as_view(schema=schema, graphql_ide=None))]
