package io.natsproxy.core.transport.netty;

import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;

import io.natsproxy.core.liveness.Uncaught;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Event loops that go on whatever is thrown. Those of Netty end for good when an
 * {@link Error} gets out of their turn, such as an {@link OutOfMemoryError} of the
 * selector, or of the log in which the failure of a task is noted; all their channels
 * then hang for ever.
 */
final class EnduringEventLoopGroup extends MultiThreadIoEventLoopGroup {

	/**
	 * Creates event loops.
	 * @param count how many
	 * @param threadFactory makes the threads
	 * @param ioHandlerFactory the transport
	 */
	EnduringEventLoopGroup(int count, ThreadFactory threadFactory, IoHandlerFactory ioHandlerFactory) {
		super(count, threadFactory, ioHandlerFactory);
		Uncaught.prepare();
	}

	@Override
	protected IoEventLoop newChild(Executor executor, IoHandlerFactory ioHandlerFactory, Object... args) {
		return new EnduringEventLoop(this, executor, ioHandlerFactory);
	}

	private static final class EnduringEventLoop extends SingleThreadIoEventLoop {

		private static final Logger logger = LoggerFactory.getLogger(EnduringEventLoopGroup.class);

		/**
		 * The pause of the loop after a failure, in milliseconds, lest one that comes
		 * with every turn takes the processor.
		 */
		private static final long PAUSE_MILLIS = 5;

		EnduringEventLoop(IoEventLoopGroup parent, Executor executor, IoHandlerFactory ioHandlerFactory) {
			super(parent, executor, new GuardedIoHandlers(ioHandlerFactory));
		}

		@Override
		protected void run() {
			boolean ended = false;
			while (!ended) {
				try {
					ended = runUntilEnded();
				}
				catch (Throwable ex) {
					// There was no memory for its report: not even for the text of it.
				}
			}
		}

		private boolean runUntilEnded() throws InterruptedException {
			try {
				super.run();
				return true;
			}
			catch (Throwable ex) {
				Uncaught.report(logger, "An event loop has failed, and goes on", ex);
				Thread.sleep(PAUSE_MILLIS);
				return false;
			}
		}

	}

}
