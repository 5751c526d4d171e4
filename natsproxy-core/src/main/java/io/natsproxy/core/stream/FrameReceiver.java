package io.natsproxy.core.stream;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.wire.Frame;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.WireProtocol;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames of one direction of a stream or WebSocket, and checks that none is
 * missing. For the thread on which all frames arrive.
 */
public final class FrameReceiver {

	private long received;

	/**
	 * Reads a frame.
	 * @param message the message
	 * @return the frame, or {@code null} if the message is none
	 * @throws NatsExchangeException if a frame is missing, or came twice, or is malformed
	 */
	public @Nullable Frame receive(TransportMessage message) {
		String header = (message.headers() != null) ? message.headers().getFirst(WireProtocol.FRAME_HEADER) : null;
		if (header == null) {
			return null;
		}
		Frame frame;
		try {
			frame = Frame.parse(header, message.payload());
		}
		catch (MalformedMessageException ex) {
			throw new NatsExchangeException(ExchangeFailure.STREAM_BROKEN, ex.getMessage());
		}
		this.received++;
		if (frame.sequence() != this.received) {
			throw new NatsExchangeException(ExchangeFailure.STREAM_BROKEN,
					"Frame " + this.received + " is missing, " + frame.sequence() + " came instead");
		}
		return frame;
	}

	/**
	 * Returns how many frames have been received.
	 * @return the number of the last frame
	 */
	public long received() {
		return this.received;
	}

}
