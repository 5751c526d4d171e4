package io.natsproxy.benchmarks.micro;

import java.util.concurrent.TimeUnit;

import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.wire.Frame;
import io.natsproxy.core.wire.FrameKind;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The frames of a stream: a part of a body, and the credit that answers it.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FrameBenchmark {

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
