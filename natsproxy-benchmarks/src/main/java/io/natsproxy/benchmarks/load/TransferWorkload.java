package io.natsproxy.benchmarks.load;

/**
 * Long bodies, up or down, one after the other.
 *
 * @param name the name
 * @param title the title
 * @param length the length of the body in bytes
 * @param exchange the request and its response
 */
record TransferWorkload(String name, String title, long length, Exchange exchange) implements Workload {

	private static final long MEBIBYTE = 1024 * 1024;

	private static final long PATIENCE_SECONDS = 120;

	@Override
	public String unit() {
		return "MiB";
	}

	@Override
	public boolean isTransfer() {
		return true;
	}

	@Override
	public Tally run(LoadGenerator generator, Target target, Run run) throws UnsupportedWorkloadException {
		Stopwatch stopwatch = new Stopwatch(run.meter());
		for (int i = 0; i < run.transfers(); i++) {
			new OneExchange(generator, target, this.exchange, run.everyByte()).perform(stopwatch, PATIENCE_SECONDS);
		}
		return new Tally(run.transfers() * this.length / MEBIBYTE, stopwatch.seconds, Double.NaN, Double.NaN, 0, null);
	}

	private static final class Stopwatch implements Meter {

		private final Meter meter;

		private long begin;

		private double seconds;

		Stopwatch(Meter meter) {
			this.meter = meter;
		}

		@Override
		public void begin() {
			this.meter.begin();
			this.begin = System.nanoTime();
		}

		@Override
		public void end() {
			this.seconds += (System.nanoTime() - this.begin) / 1e9;
			this.meter.end();
		}

	}

}
