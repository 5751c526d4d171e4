package io.natsproxy.benchmarks.load;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A workload that goes on until it is stopped.
 *
 * @param name the name
 * @param title the title
 * @param unit what is counted
 * @param factory makes the clients of a run
 */
record SteadyWorkload(String name, String title, String unit, ClientsFactory factory) implements Workload {

	/**
	 * What may pass between the first operation and the beginning of the measurement.
	 */
	private static final Duration SETTLE = Duration.ofMillis(200);

	private static final Duration DRAIN = Duration.ofSeconds(5);

	private static final Duration DRAIN_STEP = Duration.ofMillis(20);

	@Override
	public boolean isTransfer() {
		return false;
	}

	@Override
	public Tally run(LoadGenerator generator, Target target, Run run) throws UnsupportedWorkloadException {
		Recorder recorder = new Recorder();
		LoadClients clients = this.factory.create(generator, target, recorder, run.everyByte());
		try {
			clients.open();
			generator.run(clients::start);
			sleep(SETTLE);
			run.meter().begin();
			generator.run(recorder::begin);
			sleep(run.length());
			Tally tally = generator.call(recorder::tally);
			run.meter().end();
			generator.run(clients::stop);
			return withLateErrors(tally, generator, recorder, drain(generator, clients));
		}
		finally {
			generator.run(clients::close);
		}
	}

	/**
	 * Waits for the operations that have not ended, so that none of them is a load for
	 * the next run.
	 * @return how many never ended
	 */
	private static int drain(LoadGenerator generator, LoadClients clients) {
		int pending = generator.call(clients::pending);
		for (long waited = 0; pending > 0 && waited < DRAIN.toMillis(); waited += DRAIN_STEP.toMillis()) {
			sleep(DRAIN_STEP);
			pending = generator.call(clients::pending);
		}
		return pending;
	}

	private static Tally withLateErrors(Tally tally, LoadGenerator generator, Recorder recorder, int neverEnded) {
		if (neverEnded > 0) {
			generator.run(() -> recorder.failed("no answer for " + DRAIN.toSeconds() + " s"));
		}
		Tally after = generator.call(recorder::tally);
		return new Tally(tally.operations(), tally.seconds(), tally.p50(), tally.p99(),
				after.errors() + Math.max(0, neverEnded - 1), after.firstError());
	}

	private static void sleep(Duration duration) {
		try {
			TimeUnit.MILLISECONDS.sleep(duration.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted", ex);
		}
	}

	/**
	 * Makes the clients of a run.
	 */
	@FunctionalInterface
	interface ClientsFactory {

		/**
		 * Makes clients, which are not connected.
		 * @param generator where they live
		 * @param target the gateway
		 * @param recorder counts what they do
		 * @param everyByte whether bodies are compared byte by byte
		 * @return the clients
		 */
		LoadClients create(LoadGenerator generator, Target target, Recorder recorder, boolean everyByte);

	}

}
