package io.natsproxy.benchmarks.micro;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.wire.HeadCodec;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.core.wire.ResponseHead;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.infra.Blackhole;

/**
 * The heads of a browser's request and of a small response, to NATS headers and back.
 * Decoded fields are walked through, as every reader of them does.
 */
public class HeadBenchmark extends MicroBenchmark {

	private final HeadCodec codec = new HeadCodec();

	private final RequestHead request = new RequestHead("GET", "/api/v1/orders/42?expand=items", Duration.ofSeconds(10),
			fields(Map.of("Host", List.of("shop.example.com"), "User-Agent",
					List.of("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"), "Accept",
					List.of("application/json, text/plain, */*"), "Accept-Language", List.of("en-US,en;q=0.7,de;q=0.3"),
					"Accept-Encoding", List.of("gzip, deflate, br, zstd"), "Cookie",
					List.of("session=5f0c7a1e9b2d4c6f8a1b3c5d7e9f0a2b; theme=dark; consent=yes"), "Referer",
					List.of("https://app.example.com/orders/open"), "X-Forwarded-For", List.of("192.0.2.1"),
					"X-Forwarded-Proto", List.of("https"), "Sec-Fetch-Site", List.of("same-origin"))));

	private final ResponseHead response = new ResponseHead(200, fields(Map.of("Content-Type",
			List.of("application/json"), "Content-Length", List.of("20"), "Cache-Control", List.of("no-store"))));

	private final NatsHeaders encodedRequest = this.codec.encode(this.request);

	private final NatsHeaders encodedResponse = this.codec.encode(this.response);

	/**
	 * Writes the head of a request.
	 * @return the headers
	 */
	@Benchmark
	public NatsHeaders encodeRequest() {
		return this.codec.encode(this.request);
	}

	/**
	 * Reads the head of a request.
	 * @param blackhole takes the fields
	 * @return the head
	 */
	@Benchmark
	public RequestHead decodeRequest(Blackhole blackhole) {
		RequestHead head = this.codec.decodeRequest(this.encodedRequest);
		consume(head.headers(), blackhole);
		return head;
	}

	/**
	 * Writes the head of a response.
	 * @return the headers
	 */
	@Benchmark
	public NatsHeaders encodeResponse() {
		return this.codec.encode(this.response);
	}

	/**
	 * Reads the head of a response.
	 * @param blackhole takes the fields
	 * @return the head
	 */
	@Benchmark
	public ResponseHead decodeResponse(Blackhole blackhole) {
		ResponseHead head = this.codec.decodeResponse(this.encodedResponse);
		consume(head.headers(), blackhole);
		return head;
	}

	private static void consume(HeaderFields fields, Blackhole blackhole) {
		fields.forEach((name, values) -> {
			blackhole.consume(name);
			blackhole.consume(values);
		});
	}

	/**
	 * In an order that is the same in every JVM.
	 */
	private static HeaderFields fields(Map<String, List<String>> fields) {
		return new TreeMap<>(fields)::forEach;
	}

}
