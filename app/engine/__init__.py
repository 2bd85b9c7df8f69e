"""The ingestion engine: plain asyncio behind ports, without Qt and without any vendor."""
