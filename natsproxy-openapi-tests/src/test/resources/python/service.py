"""A service of the NATS convention (ADR-32) as nats-py has it, that knows nothing of natsproxy."""
import asyncio
import json
import sys

import nats
import nats.micro


async def main():
    connection = await nats.connect(sys.argv[1])
    service = await nats.micro.add_service(connection, name="python", version="1.0.0")

    async def square(request):
        number = request.subject.rsplit(".", 1)[1]
        await request.respond(json.dumps({"of": number}).encode())

    async def described(request):
        await request.respond(b"described")

    await service.add_endpoint(name="square", handler=square, subject="GET:.python.squares.*")
    await service.add_endpoint(name="described", handler=described, subject="POST:.python.described",
                               metadata={"method": "POST", "path": "/python/described", "produces": "text/plain"})
    print("ready", flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
