package io.natsproxy.webflux.server;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Decides where handlers begin, and where what they begin is moved on.
 */
interface HandlerExecutor {

	/**
	 * Runs a handler for the calling thread, which is the one that receives.
	 * @throws RejectedExecutionException if it can be run no more
	 */
	void receive(Runnable task);

	/**
	 * Returns what moves on the streams and WebSockets that the calling thread begins.
	 */
	Executor forCallingThread();

}
