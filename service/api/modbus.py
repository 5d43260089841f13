"""Who is connected over Modbus, and what became of its requests."""

from service.hub import Hub

from .models import ModbusClient
from .route import get


@get("/modbus/clients")
async def clients(hub: Hub) -> list[ModbusClient]:
    """Modbus clients by address, with their counters."""
    return [ModbusClient.model_validate(client, from_attributes=True) for client in hub.modbus.clients()]


ROUTES = (clients,)
