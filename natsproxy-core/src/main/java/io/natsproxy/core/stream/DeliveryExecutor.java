package io.natsproxy.core.stream;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Delivers what a queue emits under its lock, but never while it is locked: an executor
 * may run what it is given at once, and that is the code of an application. Each object
 * is the lock of one queue.
 */
public final class DeliveryExecutor implements Executor {

	private final Executor executor;

	private @Nullable Runnable postponed;

	/**
	 * Creates an executor.
	 * @param executor where deliveries run; if it refuses one, that runs where the
	 * emission was made
	 */
	public DeliveryExecutor(Executor executor) {
		this.executor = executor;
	}

	/**
	 * Runs a delivery, after the emission if this is called within one. There is one
	 * delivery at a time, which takes along whatever is emitted meanwhile.
	 */
	@Override
	public void execute(Runnable delivery) {
		if (Thread.holdsLock(this)) {
			this.postponed = delivery;
		}
		else {
			this.executor.execute(delivery);
		}
	}

	/**
	 * Emits under the lock, and delivers after it.
	 * @param emission what is to be done
	 */
	public void emit(Runnable emission) {
		emit(() -> {
			emission.run();
			return true;
		});
	}

	/**
	 * Emits under the lock, and delivers after it.
	 * @param emission what is to be done
	 * @return what it returns
	 */
	public boolean emit(BooleanSupplier emission) {
		Runnable delivery = null;
		try {
			synchronized (this) {
				try {
					return emission.getAsBoolean();
				}
				finally {
					delivery = this.postponed;
					this.postponed = null;
				}
			}
		}
		finally {
			if (delivery != null) {
				deliver(delivery);
			}
		}
	}

	/**
	 * A delivery that is not run would be the last: who emits counts on it.
	 */
	private void deliver(Runnable delivery) {
		try {
			this.executor.execute(delivery);
		}
		catch (RejectedExecutionException | VirtualMachineError ex) {
			delivery.run();
		}
	}

}
