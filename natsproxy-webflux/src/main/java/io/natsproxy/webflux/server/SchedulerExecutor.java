package io.natsproxy.webflux.server;

import java.util.concurrent.Executor;

import reactor.core.scheduler.Scheduler;

/**
 * Has all handlers begin on a scheduler: one that was not written for NATS, and blocks
 * all the same, holds up others as on an event loop, and not the connection.
 *
 * @param scheduler where handlers begin and are moved on; not disposed of by this object
 */
record SchedulerExecutor(Scheduler scheduler) implements HandlerExecutor {

	@Override
	public void receive(Runnable task) {
		this.scheduler.schedule(task);
	}

	@Override
	public Executor forCallingThread() {
		return this.scheduler::schedule;
	}

}
