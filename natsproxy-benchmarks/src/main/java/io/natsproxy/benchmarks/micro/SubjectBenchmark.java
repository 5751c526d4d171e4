package io.natsproxy.benchmarks.micro;

import java.util.concurrent.TimeUnit;

import io.natsproxy.core.subject.SubjectCodec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * From path to subject in the gateway, and back in a service.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SubjectBenchmark {

	/**
	 * A short path, a usual one, and one with escapes.
	 */
	@Param({ "/tiny", "/api/v1/orders/8d1f3c52-6a0e-4b7f/items", "/files/r%C3%A9sum%C3%A9%20(1).pdf;v=2" })
	public String path = "";

	private final SubjectCodec codec = new SubjectCodec("");

	private String subject = "";

	/**
	 * Makes the subject that is read.
	 */
	@Setup
	public void prepare() {
		this.subject = subject();
	}

	/**
	 * Maps the path.
	 * @return the subject
	 */
	@Benchmark
	public String subject() {
		return this.codec.subject("GET", this.path);
	}

	/**
	 * Maps the subject back.
	 * @return the path
	 */
	@Benchmark
	public String path() {
		return this.codec.path(this.subject);
	}

}
