"""Owns the schema: SQLModel declares it by area; statements use the Core tables named here."""

from typing import Any, cast

from sqlalchemy import Table
from sqlmodel import SQLModel

from controller.tables import (
    access,
    catalogue,
    nodes,
    orders,
    papers,
    shipping,
    stock,
    system,
    vans,
    work,
)


def _core(model: Any) -> Table:
    return cast(Table, model.__table__)


metadata = SQLModel.metadata

setting = _core(catalogue.Setting)
item = _core(catalogue.Item)
measurement = _core(catalogue.Measurement)
item_mass = _core(catalogue.ItemMass)
barcode = _core(catalogue.Barcode)
place = _core(catalogue.Place)
face = _core(catalogue.Face)
worker = _core(catalogue.Worker)
container = _core(catalogue.Container)
carton_type = _core(catalogue.CartonType)
carton_supply = _core(catalogue.CartonSupply)
carton_fill = _core(catalogue.CartonFill)

shipping_service = _core(shipping.ShippingService)
rate_card = _core(shipping.RateCard)
holiday = _core(shipping.Holiday)

movement = _core(stock.Movement)
stock_row = _core(stock.Stock)
available = _core(stock.Available)
promise = _core(stock.Promise)
reservation = _core(stock.Reservation)
lot = _core(stock.Lot)

customer_order = _core(orders.CustomerOrder)
order_line = _core(orders.OrderLine)
personal = _core(orders.Personal)
customer_return = _core(orders.CustomerReturn)
return_line = _core(orders.ReturnLine)
receipt = _core(orders.Receipt)
receipt_line = _core(orders.ReceiptLine)

node = _core(nodes.Node)
consignment = _core(nodes.Consignment)
sourced = _core(nodes.Sourced)

tour = _core(work.Tour)
plan = _core(work.Plan)
load = _core(work.Load)
task = _core(work.Task)
parcel = _core(work.Parcel)
parcel_line = _core(work.ParcelLine)
overrule = _core(work.Overrule)
departure = _core(work.Departure)
session = _core(work.Session)
alarm = _core(work.Alarm)
belt = _core(work.Belt)
occurrence = _core(work.Occurrence)

carrier = _core(shipping.Carrier)
purchase = _core(shipping.Purchase)
shipment = _core(shipping.Shipment)
told_piece = _core(shipping.ToldPiece)
manifest = _core(shipping.Manifest)
pickup = _core(shipping.Pickup)
delivery_case = _core(shipping.DeliveryCase)
tracking_event = _core(shipping.TrackingEvent)
journey = _core(shipping.Journey)
contract = _core(shipping.Contract)
service_preference = _core(shipping.ServicePreference)
carrier_bar = _core(shipping.CarrierBar)
service_day = _core(shipping.ServiceDay)
carrier_plan = _core(shipping.CarrierPlan)

document = _core(papers.Document)
document_print = _core(papers.DocumentPrint)
shop = _core(papers.Shop)
notice_rule = _core(papers.NoticeRule)
notice_template = _core(papers.NoticeTemplate)
notice = _core(papers.Notice)

journal = _core(system.Journal)
outbox = _core(system.Outbox)
timer = _core(system.Timer)
counter = _core(system.Counter)
event = _core(system.Event)

van = _core(vans.Van)
van_depot = _core(vans.VanDepot)
postcode = _core(vans.Postcode)
van_way = _core(vans.VanWay)
delivery_wish = _core(vans.DeliveryWish)
van_plan = _core(vans.VanPlan)
van_tour = _core(vans.VanTour)
van_stop = _core(vans.VanStop)
van_drop = _core(vans.VanDrop)

credential = _core(access.Credential)
sign_in_attempt = _core(access.SignInAttempt)
access_session = _core(access.AccessSession)
api_key = _core(access.ApiKey)
