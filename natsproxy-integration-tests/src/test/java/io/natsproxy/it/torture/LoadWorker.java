package io.natsproxy.it.torture;

import java.io.IOException;
import java.net.ConnectException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;

import io.natsproxy.it.torture.Attempt.Outcome;
import io.natsproxy.it.torture.LoadConnection.Response;

/**
 * A client that sends one request after the other, on one connection for as long as that
 * lasts: to its own gateway, and to another while nobody listens there, as with a load
 * balancer in between.
 */
final class LoadWorker implements Runnable {

	private static final long RETRY_MILLIS = 20;

	private static final AtomicLong ids = new AtomicLong();

	private final List<IntSupplier> gateways;

	private final int home;

	private final long pauseMillis;

	private final Work work;

	private final Queue<Attempt> attempts = new ConcurrentLinkedQueue<>();

	private final Thread thread = new Thread(this, "load");

	private volatile boolean stopped;

	private LoadConnection connection;

	LoadWorker(List<IntSupplier> gateways, int number, long pauseMillis, Work work) {
		this.gateways = gateways;
		this.home = number % gateways.size();
		this.pauseMillis = pauseMillis;
		this.work = work;
		this.thread.setDaemon(true);
	}

	void start() {
		this.thread.start();
	}

	/**
	 * Stops after the request that is under way.
	 */
	void stop() {
		this.stopped = true;
	}

	Queue<Attempt> await() throws InterruptedException {
		this.thread.join();
		return this.attempts;
	}

	@Override
	public void run() {
		try {
			for (int number = 0; !this.stopped; number++) {
				LoadConnection connection = connect();
				if (connection == null) {
					Thread.sleep(RETRY_MILLIS);
				}
				else {
					this.attempts.add(attempt(connection, number));
					Thread.sleep(this.pauseMillis);
				}
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			disconnect();
		}
	}

	private LoadConnection connect() {
		try {
			if (this.connection != null && this.connection.isReusable()) {
				return this.connection;
			}
		}
		catch (IOException ex) {
			// It is of no use any more.
		}
		disconnect();
		for (int i = 0; i < this.gateways.size(); i++) {
			int port = this.gateways.get((this.home + i) % this.gateways.size()).getAsInt();
			try {
				this.connection = new LoadConnection(port);
				return this.connection;
			}
			catch (ConnectException ex) {
				// Nobody listens there: on to the next.
			}
			catch (IOException ex) {
				return null;
			}
		}
		return null;
	}

	private Attempt attempt(LoadConnection connection, int number) {
		String id = "r" + ids.incrementAndGet();
		long begin = System.nanoTime();
		try {
			Response response = this.work.send(connection, id, number);
			return new Attempt(id, begin, outcome(response), String.valueOf(response.status()));
		}
		catch (WrongAnswerException ex) {
			disconnect();
			return new Attempt(id, begin, Outcome.WRONG, ex.getMessage());
		}
		catch (IOException ex) {
			disconnect();
			return new Attempt(id, begin, Outcome.LOST, String.valueOf(ex.getMessage()));
		}
	}

	private static Outcome outcome(Response response) {
		return switch (response.status()) {
			case 200 -> Outcome.RIGHT;
			case 503 -> Outcome.REFUSED;
			default -> Outcome.FAILED;
		};
	}

	private void disconnect() {
		if (this.connection != null) {
			this.connection.close();
			this.connection = null;
		}
	}

	/**
	 * What is sent, and how its answer is checked.
	 */
	interface Work {

		/**
		 * Sends a request and reads the answer.
		 * @param id the id of the request
		 * @param number how many have been sent on this worker before
		 * @return the answer; one with status 200 has been checked
		 * @throws WrongAnswerException if a successful answer is not that of the request
		 * @throws IOException if there is no answer, or only a part of it
		 */
		Response send(LoadConnection connection, String id, int number) throws IOException;

	}

	static final class WrongAnswerException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		WrongAnswerException(String message) {
			super(message);
		}

	}

}
