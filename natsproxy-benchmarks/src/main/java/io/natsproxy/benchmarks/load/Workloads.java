package io.natsproxy.benchmarks.load;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * All workloads, in the order in which they are run.
 */
public final class Workloads {

	private static final int KIBIBYTE = 1024;

	private static final long TRANSFER = 256L * KIBIBYTE * KIBIBYTE;

	private Workloads() {
	}

	/**
	 * Returns the workloads.
	 * @return new ones
	 */
	public static List<Workload> all() {
		Exchange tiny = Exchange.get("/tiny", text("{\"greeting\":\"hello\"}"));
		Exchange small = echo(KIBIBYTE);
		Exchange large = echo(64 * KIBIBYTE);
		return List.of(requests("get-64", "GET, 20 bytes, 64 connections", tiny, 64),
				requests("get-1", "GET, 20 bytes, 1 connection", tiny, 1),
				requests("post-1k-64", "POST echo, 1 KiB, 64 connections", small, 64),
				requests("post-1k-1", "POST echo, 1 KiB, 1 connection", small, 1),
				requests("post-64k-64", "POST echo, 64 KiB, 64 connections", large, 64),
				requests("post-64k-1", "POST echo, 64 KiB, 1 connection", large, 1), download(), upload(),
				echoSockets("ws-echo-1", "WebSocket echo, 1 socket", 1),
				echoSockets("ws-echo-1000", "WebSocket echo, 1,000 sockets", 1000),
				groupSockets("ws-broadcast-1000", "WebSocket broadcast to 1,000 sockets", 1000));
	}

	private static Workload requests(String name, String title, Exchange exchange, int connections) {
		return new SteadyWorkload(name, title, "requests", (generator, target, recorder,
				everyByte) -> new HttpClients(generator, target, recorder, everyByte, exchange, connections));
	}

	private static Workload download() {
		Exchange exchange = Exchange.get("/download?size=" + TRANSFER, RepeatedBytes.counting(TRANSFER));
		return new TransferWorkload("download", "Download, 256 MiB", TRANSFER, exchange);
	}

	private static Workload upload() {
		RepeatedBytes body = RepeatedBytes.counting(TRANSFER);
		RepeatedBytes answer = text(TRANSFER + " " + Long.toHexString(body.checksum()));
		return new TransferWorkload("upload", "Upload, 256 MiB", TRANSFER, Exchange.post("/upload", body, answer));
	}

	private static Workload echoSockets(String name, String title, int sockets) {
		return new SteadyWorkload(name, title, "messages",
				(generator, target, recorder, everyByte) -> new EchoSockets(generator, target, recorder, sockets));
	}

	private static Workload groupSockets(String name, String title, int sockets) {
		return new SteadyWorkload(name, title, "deliveries",
				(generator, target, recorder, everyByte) -> new GroupSockets(generator, target, recorder, sockets));
	}

	private static Exchange echo(int length) {
		RepeatedBytes body = RepeatedBytes.counting(length);
		return Exchange.post("/echo", body, body);
	}

	private static RepeatedBytes text(String text) {
		return RepeatedBytes.of(text.getBytes(StandardCharsets.US_ASCII));
	}

}
