package io.natsproxy.core.liveness;

import java.util.concurrent.CountDownLatch;

/**
 * A thread that does nothing but keep the JVM alive: those of connections are daemons,
 * and an application may have no others.
 */
public final class KeepAlive {

	private final Thread thread;

	private KeepAlive(Thread thread) {
		this.thread = thread;
	}

	/**
	 * Starts a thread.
	 * @param name its name
	 * @return what ends it
	 */
	public static KeepAlive start(String name) {
		CountDownLatch never = new CountDownLatch(1);
		Thread thread = new Thread(() -> {
			try {
				never.await();
			}
			catch (InterruptedException ex) {
				// Ended.
			}
		}, name);
		thread.setDaemon(false);
		thread.start();
		return new KeepAlive(thread);
	}

	/**
	 * Ends the thread. Does nothing when it has ended.
	 */
	public void end() {
		this.thread.interrupt();
	}

}
