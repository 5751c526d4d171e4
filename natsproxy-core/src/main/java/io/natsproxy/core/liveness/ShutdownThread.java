package io.natsproxy.core.liveness;

/**
 * A thread that stops something that takes its time, so that whoever asks for it can stop
 * other things meanwhile. Keeps the JVM alive until it is done.
 */
public final class ShutdownThread {

	private static final String NAME = "natsproxy-shutdown";

	private ShutdownThread() {
	}

	/**
	 * Starts to stop something.
	 * @param stop stops it
	 * @param stopped is run afterwards, whatever has come of it
	 */
	public static void start(Runnable stop, Runnable stopped) {
		new Thread(() -> {
			try {
				stop.run();
			}
			finally {
				stopped.run();
			}
		}, NAME).start();
	}

}
