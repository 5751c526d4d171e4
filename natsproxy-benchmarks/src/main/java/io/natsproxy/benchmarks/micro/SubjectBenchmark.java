package io.natsproxy.benchmarks.micro;

import io.natsproxy.core.subject.SubjectCodec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * From path to subject in the gateway, and back in a service.
 */
public class SubjectBenchmark extends MicroBenchmark {

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
