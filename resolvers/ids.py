"""Ids as verbs take them: whole numbers, each marked with the entity it names."""

from typing import Annotated

from resolvers.verbs import Ref

CampaignId = Annotated[int, Ref("Campaign")]
CampaignMemberId = Annotated[int, Ref("CampaignMember")]
CommissionPlanId = Annotated[int, Ref("CommissionPlan")]
ContactId = Annotated[int, Ref("Contact")]
CustomerId = Annotated[int, Ref("Customer")]
OrderId = Annotated[int, Ref("Order")]
OrderLineId = Annotated[int, Ref("OrderLine")]
PlanAssignmentId = Annotated[int, Ref("PlanAssignment")]
ProductCategoryId = Annotated[int, Ref("ProductCategory")]
ProductId = Annotated[int, Ref("Product")]
SalesRepId = Annotated[int, Ref("SalesRep")]
SalesTargetId = Annotated[int, Ref("SalesTarget")]
TeamId = Annotated[int, Ref("Team")]
TicketId = Annotated[int, Ref("Ticket")]
