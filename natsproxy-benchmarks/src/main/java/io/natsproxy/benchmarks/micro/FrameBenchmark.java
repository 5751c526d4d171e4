package io.natsproxy.benchmarks.micro;

import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.wire.Frame;
import io.natsproxy.core.wire.FrameKind;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * The frames of a stream: a part of a body, and the credit that answers it.
 */
public class FrameBenchmark extends MicroBenchmark {

	private final byte[] payload = new byte[16 * 1024];

	private final byte[] credit = Frame.credit(this.payload.length);

	private final Frame data = new Frame(FrameKind.DATA, 123_456, this.payload);

	private String header = "data 123456";

	private String creditHeader = "credit 123456";

	/**
	 * Writes the head of a frame.
	 * @return the headers
	 */
	@Benchmark
	public NatsHeaders encode() {
		return this.data.headers();
	}

	/**
	 * Reads a frame.
	 * @return the frame
	 */
	@Benchmark
	public Frame parse() {
		return Frame.parse(this.header, this.payload);
	}

	/**
	 * Writes the payload of a grant.
	 * @return the payload
	 */
	@Benchmark
	public byte[] encodeCredit() {
		return Frame.credit(this.payload.length);
	}

	/**
	 * Reads a grant.
	 * @return its bytes
	 */
	@Benchmark
	public long parseCredit() {
		return Frame.parse(this.creditHeader, this.credit).credit();
	}

}
