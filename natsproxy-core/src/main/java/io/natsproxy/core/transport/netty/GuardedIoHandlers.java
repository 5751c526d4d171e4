package io.natsproxy.core.transport.netty;

import java.util.concurrent.locks.LockSupport;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.ThreadAwareExecutor;

/**
 * Makes handlers that are initialised once, however often their event loop begins anew,
 * and leave nothing open: a ring of io_uring cannot be enabled twice, and takes with it
 * what has not been handed to the kernel, such as the closing of a socket.
 *
 * @param factory makes the real handlers
 */
record GuardedIoHandlers(IoHandlerFactory factory) implements IoHandlerFactory {

	/**
	 * The turns that an event loop has left when it ends.
	 */
	private static final int LAST_TURNS = 8;

	private static final long PAUSE_NANOS = 1_000_000;

	private static final IoHandlerContext NO_WAIT = new IoHandlerContext() {

		@Override
		public boolean canBlock() {
			return false;
		}

		@Override
		public long delayNanos(long currentTimeNanos) {
			return 0;
		}

		@Override
		public long deadlineNanos() {
			return -1;
		}

	};

	@Override
	public IoHandler newHandler(ThreadAwareExecutor executor) {
		return new Handler(this.factory.newHandler(executor));
	}

	@Override
	public boolean isChangingThreadSupported() {
		return this.factory.isChangingThreadSupported();
	}

	private static final class Handler implements IoHandler {

		private final IoHandler handler;

		private boolean initialized;

		private boolean closing;

		Handler(IoHandler handler) {
			this.handler = handler;
		}

		@Override
		public void initialize() {
			if (!this.initialized) {
				this.handler.initialize();
				this.initialized = true;
			}
		}

		@Override
		public int run(IoHandlerContext context) {
			return this.handler.run(context);
		}

		/**
		 * Goes on for some milliseconds, except on the selector: of channels that the end
		 * of the event loop closes, the reads are being cancelled, and the sockets are
		 * closed after that.
		 */
		@Override
		public void prepareToDestroy() {
			this.handler.prepareToDestroy();
			if (!this.closing && !(this.handler instanceof NioIoHandler)) {
				this.closing = true;
				for (int i = 0; i < LAST_TURNS; i++) {
					this.handler.run(NO_WAIT);
					LockSupport.parkNanos(PAUSE_NANOS);
				}
			}
		}

		@Override
		public void destroy() {
			this.handler.destroy();
		}

		@Override
		public IoRegistration register(IoHandle handle) throws Exception {
			return this.handler.register(handle);
		}

		@Override
		public void wakeup() {
			this.handler.wakeup();
		}

		@Override
		public boolean isCompatible(Class<? extends IoHandle> handleType) {
			return this.handler.isCompatible(handleType);
		}

	}

}
